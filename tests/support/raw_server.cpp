#include "tests/support/raw_server.hpp"

#include "common/tls/channel.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::test {
namespace {

// True if `fd` can be read, or written; false if the test is over.
bool ready(int fd, int stop, short what = POLLIN)
{
    std::array both{pollfd{fd, what, 0}, pollfd{stop, POLLIN, 0}};
    return ::poll(both.data(), both.size(), -1) > 0 && both[1].revents == 0;
}

} // namespace

using Status = tls::Channel::Status;

// One connection; operations wait until they are done, or fail, or the test is over.
class RawServer::Client {
public:
    Client(int fd, int stop) : fd_(fd), stop_(stop) {}

    std::string receive() // "" at the end
    {
        std::array<char, tls::kLargestRecord> block{};
        if (!tls_) {
            const auto got = ready(fd_, stop_) ? ::recv(fd_, block.data(), block.size(), 0) : 0;
            return {block.data(), static_cast<std::size_t>(got > 0 ? got : 0)};
        }
        std::size_t bytes = 0;
        const bool done = repeat([&] {
            const auto [status, got] = tls_->read(block.data(), block.size());
            bytes = got;
            return status;
        });
        return done ? std::string(block.data(), bytes) : "";
    }

    bool send(std::string_view text)
    {
        if (!tls_)
            return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) >= 0;
        while (!text.empty())
            if (!repeat([&] {
                    const auto [status, sent] = tls_->write(text);
                    text.remove_prefix(sent);
                    return status;
                }))
                return false;
        return true;
    }

    bool start_tls(const tls::Context& context)
    {
        tls_ = tls::open(context, fd_);
        return repeat([this] { return tls_->handshake(); });
    }

    bool encrypted() const { return tls_ != nullptr; }

private:
    template <class Operation>
    bool repeat(const Operation& operation)
    {
        for (;;) {
            const auto status = operation();
            if (status == Status::done)
                return true;
            if (status == Status::eof || status == Status::error
                || !ready(fd_, stop_, status == Status::want_read ? POLLIN : POLLOUT))
                return false;
        }
    }

    int fd_;
    int stop_;
    std::unique_ptr<tls::Channel> tls_;
};

RawServer::RawServer(Answer answer, tls::Context context) : RawServer(std::move(answer))
{
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
}

RawServer::RawServer(Answer answer, Starttls starttls) : answer_(std::move(answer)), starttls_(starttls)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0
        || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0
        || ::pipe2(stop_.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

RawServer::~RawServer()
{
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
    ::close(listener_);
}

std::vector<std::string> RawServer::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

void RawServer::serve()
{
    while (ready(listener_, stop_[0])) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        serve_client(client);
        ::close(client);
    }
}

void RawServer::serve_client(int fd)
{
    Client client(fd, stop_[0]);
    std::string buffer;
    for (auto more = client.receive(); !more.empty(); more = client.receive()) {
        buffer += more;
        for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
            const auto line = buffer.substr(0, end);
            buffer.erase(0, end + 1);
            const auto reply = answer(line, client);
            if (!reply || (!reply->empty() && !client.send(*reply)))
                return;
        }
    }
}

std::optional<std::string> RawServer::answer(const std::string& line, Client& client)
{
    tls::Context context;
    if (line == "STARTTLS" && starttls_ == Starttls::refuse && !client.encrypted()) {
        const std::lock_guard lock(mutex_);
        if (!context_)
            return "ERR FEATURE-NOT-CONFIGURED\n";
        context = context_;
    }
    if (context)
        return client.send("OK STARTTLS\n") && client.start_tls(context) ? std::optional("") : std::nullopt;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(line);
    }
    return answer_(line);
}

} // namespace upright::test
