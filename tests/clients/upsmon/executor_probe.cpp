// Both halves of upsmon with a monitor that does what its stdin says: "shut", "byte <n>", "exit <n>". It
// prints what it hears: "child <pid>", "step <n>", "parent gone", "signal <n>".
//
//     upsmon_executor_probe two|away|one <SHUTDOWNCMD or ""> <file of the flag or "">
#include "clients/upsmon/shutdown_hand.hpp"
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <sys/socket.h>
#include <unistd.h>

namespace asio = boost::asio;
using namespace upright;
using namespace upright::upsmon;

namespace {

Result<void> write_to(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return system_error(path);
    const bool written = ::write(fd, "flag\n", 5) == 5;
    auto failure = system_error(path);
    ::close(fd);
    if (!written)
        return failure;
    return {};
}

class Monitor {
public:
    Monitor(asio::io_context& io, ShutdownHand& hand, int socket)
        : io_(io), hand_(hand), socket_(socket), input_(io, ::dup(STDIN_FILENO)),
          signals_(io, SIGTERM, SIGHUP, SIGUSR1)
    {
        hand_.on_step = [](ShutdownStep step) {
            std::cout << "step " << static_cast<int>(step) << std::endl;
        };
        hand_.on_parent_gone = [this] {
            std::cout << "parent gone, alive: " << hand_.parent_alive() << std::endl;
        };
        std::cout << "child " << ::getpid() << std::endl;
        obey();
        hear_signal();
    }

private:
    void hear_signal()
    {
        signals_.async_wait([this](const boost::system::error_code&, int number) {
            std::cout << "signal " << number << std::endl;
            if (number == SIGTERM)
                io_.stop();
            hear_signal();
        });
    }

    void obey()
    {
        input_.async_read_some(asio::buffer(block_), [this](const boost::system::error_code& ec,
                                                            std::size_t n) {
            if (ec)
                return;
            const std::string_view said(block_.data(), n - 1);
            const auto number = to_int(said.substr(std::min(said.find(' ') + 1, said.size()))).value_or(0);
            if (said == "shut")
                hand_.shut_down();
            else if (said.starts_with("byte")) {
                const auto byte = static_cast<char>(number);
                [[maybe_unused]] const auto sent = ::send(socket_, &byte, 1, MSG_NOSIGNAL);
                std::cout << said << " said" << std::endl;
            } else
                std::_Exit(number);
            obey();
        });
    }

    asio::io_context& io_;
    ShutdownHand& hand_;
    int socket_;
    asio::posix::stream_descriptor input_;
    asio::signal_set signals_;
    std::array<char, 64> block_{};
};

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4)
        return 2;
    ShutdownOrder order;
    if (const std::string command(argv[2]); !command.empty())
        order.command = command;
    if (const std::string flag(argv[3]); !flag.empty())
        order.write_flag = [flag] { return write_to(flag); };
    log::init("upsmon");
    if (argv[1] == std::string_view("one")) {
        asio::io_context io;
        Children children(io.get_executor());
        OwnHand hand(io.get_executor(), children, order);
        const Monitor monitor(io, hand, -1);
        io.run();
        return 0;
    }
    auto link = split(order, argv[1] == std::string_view("away"));
    if (!link)
        return 3;
    const int socket = link->release();
    asio::io_context io;
    ExecutorHand hand(io.get_executor(), ExecutorLink(socket));
    const Monitor monitor(io, hand, socket);
    io.run();
    return 0;
}
