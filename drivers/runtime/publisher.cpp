#include "drivers/runtime/publisher.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <grp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace upright {
namespace {

constexpr std::size_t kMostClients = 256;
constexpr int kBacklog = 16;
// A NUT server takes a dump in its own time; a client that lets more than this pile up is cut off.
constexpr Stream::Limits kLimits{.pause_reading = std::size_t{256} * 1024,
                                 .unsent = std::size_t{1024} * 1024};

Result<void> give_to_group(const std::string& path, const std::string& group)
{
    const struct group* const entry = getgrnam(group.c_str()); // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr)
        return Error{Errc::bad_config, "no such group: " + group};
    if (::chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0)
        return system_error("can't give " + path + " to group " + group);
    return {};
}

} // namespace

// One connected client: upsd, a control tool, a sibling.
class Publisher::Client final : public Stream::Owner {
public:
    Client(Publisher& publisher, int id, int fd)
        : publisher_(publisher), id_(id), stream_(publisher.poller_, fd, *this, kLimits)
    {
    }

    bool listening() const noexcept { return broadcast_; }
    void send(std::string_view text) { stream_.send(text); }

    std::size_t received(std::string_view bytes) override
    {
        return input_.feed(bytes, [this](Words words, const char* error) {
            if (error != nullptr)
                log::info("socket: {}", error);
            else if (!words.empty())
                handle(words);
            return !leaving_ && !stream_.congested();
        });
    }

    void ended(const error_code&) override { publisher_.forget(id_); }

private:
    void handle(Words words)
    {
        if (const auto request = driver_protocol::parse_request(words))
            std::visit([this](const auto& r) { handle_one(r); }, *request);
        else
            log::info("Unknown or malformed {} request on the socket ignored", escaped(words[0], 32));
    }

    void dump(const State::Variables& variables, bool with_commands)
    {
        const auto& state = publisher_.state_;
        std::string text;
        if (!state.fresh())
            driver_protocol::append(text, SetFresh{false});
        for (const auto& [name, variable] : variables)
            for (const auto& change : State::as_changes(name, variable))
                driver_protocol::append(text, change);
        if (with_commands)
            for (const auto& command : state.commands())
                driver_protocol::append(text, AddCommand{command});
        if (state.fresh())
            driver_protocol::append(text, SetFresh{true});
        send(text + "DUMPDONE\n");
    }

    void handle_one(const driver_protocol::DumpAll&) { dump(publisher_.state_.variables(), true); }

    void handle_one(const driver_protocol::DumpValue& request)
    {
        State::Variables one;
        const auto& all = publisher_.state_.variables();
        if (const auto it = all.find(request.variable); it != all.end())
            one.insert(*it);
        dump(one, false);
    }

    void handle_one(const driver_protocol::Ping&) { send("PONG\n"); }
    void handle_one(const driver_protocol::GetPid&) { send(fmt::format("PID {}\n", ::getpid())); }
    void handle_one(const driver_protocol::Broadcast& request) { broadcast_ = request.on; }

    void handle_one(const driver_protocol::InstantCommand& request)
    {
        publisher_.handlers_.command(request, replier(request.tracking_id));
    }

    void handle_one(const driver_protocol::SetVariable& request)
    {
        publisher_.handlers_.set(request, replier(request.tracking_id));
    }

    void handle_one(const driver_protocol::Logout&)
    {
        leaving_ = true;
        send("OK Goodbye\n");
        stream_.close_when_sent();
    }

    Reply replier(const std::optional<std::string>& tracking_id) const
    {
        if (!tracking_id)
            return [](driver_protocol::Outcome) {};
        return [&publisher = publisher_, id = id_, tracking = *tracking_id](
                   driver_protocol::Outcome outcome) { publisher.answer(id, tracking, outcome); };
    }

    Publisher& publisher_;
    int id_;
    bool broadcast_ = true;
    bool leaving_ = false;
    WordStream input_{driver_protocol::kLimits};
    Stream stream_;
};

Publisher::Publisher(Poller& poller, Handlers handlers) : poller_(poller), handlers_(std::move(handlers)) {}

Publisher::~Publisher() { close(); }

Result<void> Publisher::listen(const std::string& path, const std::optional<std::string>& group)
{
    constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;
    if (path.size() > kLongestPath)
        return Error{
            Errc::bad_config,
            fmt::format("Can't create a unix domain socket: pathname '{}' is too long ({} characters, "
                        "at most {})",
                        path, path.size(), kLongestPath)};
    ::unlink(path.c_str());
    error_code ec;
    acceptor_.emplace(poller_.executor());
    acceptor_->open(stream_protocol(), ec);
    const auto old_mask = ::umask(0007);
    if (!ec)
        acceptor_->bind(stream_protocol::endpoint(path), ec);
    ::umask(old_mask);
    if (!ec)
        path_ = path;
    if (!ec)
        acceptor_->listen(kBacklog, ec);
    // Last: whoever watches the folder may connect now.
    if (!ec && ::chmod(path.c_str(), 0660) != 0)
        ec = {errno, boost::system::system_category()};
    if (ec) {
        acceptor_.reset();
        return Error{ec, "Can't create the socket " + path};
    }
    struct stat file {};
    if (::lstat(path.c_str(), &file) == 0) {
        device_ = file.st_dev;
        inode_ = file.st_ino;
    }
    if (group)
        if (const auto given = give_to_group(path, *group); !given)
            log::warning("{}", to_string(given.error()));
    accept();
    return {};
}

Publisher::Name Publisher::name() const
{
    struct stat file {};
    if (path_.empty() || ::lstat(path_.c_str(), &file) != 0)
        return Name::missing;
    return file.st_dev == device_ && file.st_ino == inode_ ? Name::ours : Name::taken;
}

void Publisher::accept()
{
    acceptor_->async_accept([this](const error_code& ec, stream_protocol::socket socket) {
        if (ec == asio::error::operation_aborted)
            return; // this Publisher may be gone
        if (!ec && clients_.size() < kMostClients) {
            const int id = next_id_++;
            clients_.emplace(id, std::make_unique<Client>(*this, id, socket.release()));
        } else if (!ec) {
            log::warning("More than {} clients on {}: one refused", kMostClients, path_);
        }
        if (acceptor_ && acceptor_->is_open())
            accept();
    });
}

bool Publisher::apply(const Change& change)
{
    if (!state_.apply(change))
        return false;
    std::string text;
    driver_protocol::append(text, change);
    broadcast(text);
    return true;
}

void Publisher::apply(const std::vector<Change>& changes)
{
    std::string text; // one send for a whole reading
    for (const auto& change : changes)
        if (state_.apply(change))
            driver_protocol::append(text, change);
    if (!text.empty())
        broadcast(text);
}

void Publisher::broadcast(const std::string& text)
{
    for (const auto& [id, client] : clients_)
        if (client->listening())
            client->send(text);
}

void Publisher::answer(int id, const std::string& tracking_id, driver_protocol::Outcome outcome)
{
    const auto client = clients_.find(id);
    if (client == clients_.end())
        return; // it left while the device was at work
    std::string text;
    driver_protocol::append(text, driver_protocol::Tracking{tracking_id, static_cast<int>(outcome)});
    client->second->send(text);
}

void Publisher::forget(int id) { clients_.erase(id); }

void Publisher::close()
{
    if (acceptor_) {
        error_code ignored;
        acceptor_->close(ignored);
    }
    if (name() == Name::ours)
        ::unlink(path_.c_str());
    path_.clear();
    clients_.clear();
}

} // namespace upright
