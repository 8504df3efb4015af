#include "server/upsd/sessions.hpp"

#include "common/asio/stream.hpp"
#include "common/daemon/log.hpp"

#include <chrono>

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr auto kIdleLimit = 60s;
constexpr auto kLogEvery = 60s;
constexpr std::size_t kMostAnswers = std::size_t{64} * 1024; // bytes made before they must be sent
// Behind them there must be room for the longest list: 2,048 variables of 512 bytes.
constexpr Stream::Limits kLimits{.pause_reading = kMostAnswers, .unsent = std::size_t{2} * 1024 * 1024};

} // namespace

// One client.
class Sessions::Session final : public Stream::Owner {
public:
    Session(Sessions& sessions, std::uint64_t id, int fd)
        : sessions_(sessions), id_(id), last_heard_(std::chrono::steady_clock::now()),
          stream_(sessions.poller_, fd, *this, kLimits)
    {
    }

    TimePoint last_heard() const noexcept { return last_heard_; }

    // Answers the lines in `bytes` and sends what they came to in one piece.
    std::size_t received(std::string_view bytes) override
    {
        static std::string answers; // one loop, one thread: sessions keep no buffer of their own
        answers.clear();
        Peer peer{sessions_.upses_, sessions_.descriptions_, std::chrono::steady_clock::now()};
        const auto taken = input_.feed(bytes, [&](Words words, const char* error) {
            dispatch(peer, words, error, answers);
            last_heard_ = peer.now;
            return peer.after == After::keep && answers.size() + stream_.unsent() < kMostAnswers;
        });
        stream_.send(answers);
        if (peer.after == After::close)
            stream_.close_when_sent();
        return taken;
    }

    void ended(const boost::system::error_code&) override { sessions_.forget(id_); }

private:
    Sessions& sessions_;
    std::uint64_t id_;
    TimePoint last_heard_; // a complete command; half a line does not count
    WordStream input_;
    Stream stream_;
};

Sessions::Sessions(Poller& poller, Upses& upses, const Descriptions& descriptions)
    : poller_(poller), upses_(upses), descriptions_(descriptions)
{
}

Sessions::~Sessions() = default;

void Sessions::forget(std::uint64_t id) { all_.erase(id); }

void Sessions::add(tcp::socket socket)
{
    if (all_.size() >= most_) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_refusal_logged_ > kLogEvery || last_refusal_logged_ == TimePoint{}) {
            last_refusal_logged_ = now;
            log::warning("Maximum number of connections ({}) is reached: new clients are refused", most_);
        }
        return; // closed as it goes
    }
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto id = next_id_++;
    all_.emplace(id, std::make_unique<Session>(*this, id, socket.release()));
}

void Sessions::sweep(TimePoint now)
{
    std::erase_if(all_, [now](const auto& entry) { return now - entry.second->last_heard() > kIdleLimit; });
}

} // namespace upright::upsd
