#include "server/upsd/session.hpp"

#include "common/daemon/log.hpp"
#include "common/tls/channel.hpp"

#include <chrono>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr auto kIdleLimit = 60s;
constexpr auto kProbation = 5s;
constexpr auto kTurn = 5ms; // of one session while others wait
constexpr auto kHandshakeLimit = 5s;
constexpr std::size_t kMostAnswers = std::size_t{64} * 1024; // bytes made before they must be sent
// Behind them there must be room for the longest list: 2,048 variables of 512 bytes.
constexpr Stream::Limits kLimits{.pause_reading = kMostAnswers, .unsent = std::size_t{2} * 1024 * 1024};

TimePoint now() { return std::chrono::steady_clock::now(); }

} // namespace

Sessions::Session::Session(Sessions& sessions, std::uint64_t id, int fd, const asio::ip::address& from,
                           bool on_probation)
    : sessions_(sessions), last_heard_(now()), taken_since_(last_heard_),
      stream_(sessions.poller_, fd, *this, kLimits)
{
    client_.id = id;
    client_.address = from;
    if (on_probation)
        probation_ = last_heard_ + kProbation;
}

Sessions::Session::~Session()
{
    if (held_)
        sessions_.passwords_.cancel(client_.id);
    if (client_.login != nullptr)
        log::info("User {} logged out from UPS [{}]{}", client_.who(), client_.login->name,
                  client_.encrypted ? " (SSL)" : "");
}

Peer Sessions::Session::peer() { return {sessions_.service_, client_, *this, now()}; }

// Answers the lines in `bytes` and sends what they came to in one piece.
std::size_t Sessions::Session::received(std::string_view bytes)
{
    static std::string answers; // one loop, one thread: sessions keep no buffer of their own
    answers.clear();
    answering_ = true;
    auto asking = peer();
    const auto taken = input_.feed(bytes, [&](Words words, const char* error) {
        dispatch(asking, words, error, answers);
        last_heard_ = asking.now;
        if (asking.after == After::prove)
            hold(words);
        if (std::chrono::steady_clock::now() - asking.now > kTurn) {
            stream_.pause(); // the rest after everybody else had a turn
            stream_.resume();
            return false;
        }
        return asking.after == After::keep && answers.size() + stream_.unsent() < kMostAnswers;
    });
    conclude(asking.after, answers);
    // What came behind STARTTLS in clear text was never meant for the encrypted session: RFC 3207, section 6.
    return asking.after == After::start_tls ? bytes.size() : taken;
}

// Sends the answers and does what the last command asked for.
void Sessions::Session::conclude(After after, std::string_view answers)
{
    answering_ = false;
    stream_.send(answers);
    switch (after) {
    case After::keep: break;
    case After::close: stream_.close_when_sent(); return;
    case After::start_tls: start_tls(); return;
    case After::prove:
        stream_.pause();
        prove();
        return;
    case After::produce:
        producing_ = true;
        stream_.pause();
        break;
    }
    if (client_.subscription)
        produce();
}

void Sessions::Session::hold(Words words)
{
    if (!held_)
        held_ = std::make_unique<Held>(sessions_.poller_.executor());
    held_->words.assign(words.begin(), words.end());
}

// Waits as long as an address that guessed wrong has to, then compares.
void Sessions::Session::prove()
{
    auto asking = peer();
    held_->timer.expires_after(delay_before_proof(asking));
    held_->timer.async_wait([this](const boost::system::error_code& stopped) {
        if (stopped)
            return;
        auto& upsd = sessions_.service_;
        if (const auto right = upsd.proofs.at_once(upsd.users, *client_.user, *client_.password)) {
            proven(*right);
            return;
        }
        const auto hash = *upsd.users.find(*client_.user)->password_hash;
        sessions_.passwords_.check(client_.id, client_.address, hash, *client_.password,
                                   [this, hash](bool right) {
                                       if (right)
                                           sessions_.service_.proofs.remember(hash, *client_.password);
                                       proven(right);
                                   });
    });
}

// Gives the command that had to wait once more.
void Sessions::Session::proven(bool right)
{
    auto asking = peer();
    settle_proof(asking, right);
    const auto held = std::move(held_);
    const std::vector<std::string_view> words(held->words.begin(), held->words.end());
    std::string answer;
    last_heard_ = asking.now;
    dispatch(asking, words, nullptr, answer);
    if (asking.after == After::prove)
        hold(words);
    conclude(asking.after, answer);
    if (!held_ && !producing_)
        stream_.resume();
}

bool Sessions::Session::ready() const { return !answering_ && stream_.is_open() && stream_.unsent() == 0; }

// Tells a subscriber what it has not been told, as much as it takes now.
void Sessions::Session::produce()
{
    static std::string lines;
    while (client_.subscription && client_.subscription->is_behind() && ready()) {
        lines.clear();
        client_.subscription->produce(lines, kMostAnswers);
        if (lines.empty())
            break;
        stream_.send(lines);
    }
    if (producing_ && !(client_.subscription && client_.subscription->has_blocks())) {
        producing_ = false;
        stream_.resume();
    }
}

// The handshake costs more than anything else a client can ask for: the Stream sees that nobody waits for it.
void Sessions::Session::start_tls()
{
    client_.encrypted = true;
    handshake_began_ = now();
    stream_.start_tls(tls::open(sessions_.service_.tls, stream_.fd()));
}

void Sessions::Session::ended(const boost::system::error_code&) { sessions_.forget(client_.id); }

// Whether a subscriber takes nothing although there is something for it.
bool Sessions::Session::is_stuck(TimePoint time)
{
    const bool waiting = client_.subscription && (stream_.unsent() != 0 || client_.subscription->is_behind());
    if (!waiting || stream_.taken() != taken_) {
        taken_ = stream_.taken();
        taken_since_ = time;
        return false;
    }
    return time - taken_since_ > sessions_.limits_.subscriber;
}

bool Sessions::Session::is_over(TimePoint time)
{
    if (client_.proven)
        probation_.reset();
    if (stream_.handshaking() && time - handshake_began_ > kHandshakeLimit)
        return true;
    return time - last_heard_ > kIdleLimit || (probation_ && time > *probation_) || is_stuck(time);
}

} // namespace upright::upsd
