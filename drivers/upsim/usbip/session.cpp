#include "drivers/upsim/usbip/session.hpp"

#include <cerrno>

namespace upright::upsim::usbip {
namespace {

constexpr std::size_t kSetup = 8;
constexpr std::size_t kMostUnderWay = 1024;

} // namespace

Result<void> Session::take(std::string_view bytes)
{
    received_ += bytes;
    for (;;) {
        const auto request = parse_request(received_);
        if (!request)
            return request.error();
        if (!*request)
            return {};
        if ((*request)->submit)
            start(*(*request)->submit);
        else
            give_up(*(*request)->unlink);
        received_.erase(0, (*request)->size);
        if (under_way_.size() > kMostUnderWay)
            return Error{Errc::bad_reply, "USB/IP: too many transfers at once"};
    }
}

void Session::start(const Submit& submit)
{
    const bool control = submit.endpoint == 0;
    UsbTransfer transfer{.id = submit.number,
                         .type = control ? UsbTransfer::Type::control : UsbTransfer::Type::interrupt,
                         .endpoint = static_cast<std::uint8_t>(submit.endpoint | (submit.in ? 0x80 : 0)),
                         .bytes = control ? submit.setup : "",
                         .size = submit.length + (control ? kSetup : 0)};
    transfer.bytes += submit.in ? std::string(submit.length, '\0') : submit.data;
    under_way_[submit.number] = control;
    device_.submit(std::move(transfer));
}

// A transfer that is given up gets no reply of its own; one that was done already has had it.
void Session::give_up(const Unlink& unlink)
{
    collect(); // what is done comes first
    const bool waited = device_.discard(unlink.submit);
    if (waited) {
        device_.finished();
        under_way_.erase(unlink.submit);
    }
    output_ += unlink_reply(unlink.number, waited ? -ECONNRESET : 0);
}

void Session::collect()
{
    while (const auto done = device_.finished()) {
        const auto number = static_cast<std::uint32_t>(done->id);
        const auto found = under_way_.find(number);
        if (found == under_way_.end())
            continue;
        const bool in = (done->endpoint & 0x80) != 0;
        const std::size_t start = found->second ? kSetup : 0;
        output_ += submit_reply(number, done->status, done->done,
                                in ? std::string_view(done->bytes).substr(start, done->done) : "");
        under_way_.erase(found);
    }
}

std::string Session::output()
{
    collect();
    return std::exchange(output_, {});
}

} // namespace upright::upsim::usbip
