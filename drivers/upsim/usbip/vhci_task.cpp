#include "drivers/upsim/usbip/vhci_task.hpp"

#include "drivers/upsim/usbip/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace asio = boost::asio;

namespace upright::upsim::usbip {
namespace {

using namespace asio::experimental::awaitable_operators;

constexpr auto kReport = asio::as_tuple(asio::use_awaitable);
constexpr auto kLook = std::chrono::milliseconds(20); // at what changes by itself

} // namespace

asio::awaitable<Result<void>> serve_kernel(asio::local::stream_protocol::socket& socket, UsbUps& ups)
{
    Session session(ups.device());
    asio::steady_timer timer(socket.get_executor());
    std::string buffer(kLongestData, '\0');
    const auto space = asio::buffer(buffer);
    for (;;) {
        timer.expires_after(kLook);
        auto done = co_await (socket.async_read_some(space, kReport) || timer.async_wait(kReport));
        if (const auto* const read = std::get_if<0>(&done)) {
            const auto [failed, size] = *read;
            if (failed)
                co_return Error{failed, "the kernel let the device go"};
            if (const auto taken = session.take(std::string_view(buffer).substr(0, size)); !taken)
                co_return taken.error();
        } else if (std::get<0>(std::get<1>(done))) {
            co_return Result<void>{}; // cancelled
        }
        if (ups.device().vanished()) {
            socket.close(); // that is unplugging it
            co_return Result<void>{};
        }
        ups.changed();
        const auto answer = session.output();
        const auto bytes = asio::buffer(answer);
        const auto [unsent, sent] = co_await asio::async_write(socket, bytes, kReport);
        if (unsent)
            co_return Error{unsent, "the kernel let the device go"};
    }
}

} // namespace upright::upsim::usbip
