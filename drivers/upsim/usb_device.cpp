#include "drivers/upsim/usb_device.hpp"

#include <algorithm>
#include <cerrno>

namespace upright::upsim {
namespace {

constexpr std::size_t kSetup = 8;

UsbSetup setup_of(std::string_view bytes)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto word = [&](std::size_t i) { return static_cast<std::uint16_t>(byte(i) | byte(i + 1) << 8); };
    return {.type = byte(0), .request = byte(1), .value = word(2), .index = word(4), .length = word(6)};
}

// What every device takes, and what changes nothing here: SET_CONFIGURATION, SET_INTERFACE, CLEAR_FEATURE.
bool is_standard_order(const UsbSetup& setup)
{
    return (setup.type & 0x60) == 0 && (setup.request == 9 || setup.request == 11 || setup.request == 1);
}

} // namespace

UsbDevice::UsbDevice(UsbIdentity identity, std::unique_ptr<UsbFunction> function)
    : identity_(std::move(identity)), function_(std::move(function))
{
}

void UsbDevice::submit(UsbTransfer transfer)
{
    const bool in = (transfer.endpoint & 0x80) != 0;
    if (transfer.type == UsbTransfer::Type::control) {
        (control(transfer) ? finished_ : waiting_).push_back(std::move(transfer));
    } else if (!in) {
        transfer.done = transfer.size;
        const bool fine = fault_ != UsbFault::stall && function_->interrupt_out(transfer.bytes);
        finish(std::move(transfer), fine ? 0 : -EPIPE);
    } else {
        waiting_.push_back(std::move(transfer));
    }
    serve_waiting();
}

bool UsbDevice::control(UsbTransfer& transfer)
{
    if (transfer.bytes.size() < kSetup) {
        transfer.status = -EPIPE;
        return true;
    }
    if (fault_ == UsbFault::hang || fault_ == UsbFault::vanish) {
        vanished_ = fault_ == UsbFault::vanish;
        return false;
    }
    if (fault_ == UsbFault::needs_reset) {
        transfer.status = -EPROTO;
        return true;
    }
    const auto setup = setup_of(transfer.bytes);
    const auto data = transfer.bytes.substr(kSetup);
    if ((setup.type & 0x80) == 0) {
        const bool fine = is_standard_order(setup) || function_->control_out(setup, data);
        transfer.status = fine ? 0 : -EPIPE;
        transfer.done = fine ? data.size() : 0;
        return true;
    }
    const auto text = answer(setup);
    transfer.status = !text ? -EPIPE : 0;
    if (!text)
        return true;
    transfer.done = std::min({text->size(), std::size_t{setup.length}, data.size()});
    transfer.bytes.replace(kSetup, transfer.done, *text, 0, transfer.done);
    return true;
}

std::optional<std::string> UsbDevice::answer(const UsbSetup& setup)
{
    constexpr std::uint16_t kGetStatus = 0x00;
    constexpr std::uint16_t kGetDescriptor = 0x06;
    if (setup.type == 0x80 && setup.request == kGetDescriptor) {
        std::optional<std::string> found;
        switch (setup.value >> 8) {
        case 1: return usb_device_descriptor(identity_);
        case 2: return usb_configuration(identity_);
        case 3: found = usb_string(identity_, static_cast<std::uint8_t>(setup.value & 0xFF)); break;
        default: break;
        }
        if (found)
            return found;
    }
    if ((setup.type & 0x60) == 0 && setup.request == kGetStatus)
        return std::string(2, '\0');
    return fault_ == UsbFault::stall ? std::nullopt : function_->control_in(setup);
}

// As hardware does: packets until the buffer is full, or one was shorter than it might have been.
bool UsbDevice::feed(UsbTransfer& transfer)
{
    const auto& all = identity_.endpoints;
    const auto endpoint = std::find_if(all.begin(), all.end(),
                                       [&](const auto& one) { return one.address == transfer.endpoint; });
    if (endpoint == all.end()) {
        transfer.status = -ENOENT;
        return true;
    }
    while (const auto packet = function_->packet()) {
        if (fault_ == UsbFault::overflow || packet->size() > transfer.size - transfer.done) {
            transfer.status = -EOVERFLOW;
            return true;
        }
        transfer.bytes.replace(transfer.done, packet->size(), *packet);
        transfer.done += packet->size();
        if (packet->size() < endpoint->size || transfer.done == transfer.size)
            return true;
    }
    return false;
}

void UsbDevice::serve_waiting()
{
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const auto one = next++;
        if (one->type == UsbTransfer::Type::control || fault_ == UsbFault::silent)
            continue;
        if (fault_ == UsbFault::stall)
            one->status = -EPIPE;
        else if (!feed(*one))
            return;
        finished_.splice(finished_.end(), waiting_, one);
    }
}

void UsbDevice::finish(UsbTransfer transfer, int status)
{
    transfer.status = status;
    finished_.push_back(std::move(transfer));
}

bool UsbDevice::discard(std::uint64_t id, std::uint64_t who)
{
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const auto& one) { return one.id == id && one.who == who; });
    if (found == waiting_.end())
        return false;
    finish(std::move(*found), -ENOENT);
    waiting_.erase(found);
    return true;
}

std::optional<UsbTransfer> UsbDevice::finished(std::uint64_t who)
{
    const auto first =
        std::find_if(finished_.begin(), finished_.end(), [&](const auto& one) { return one.who == who; });
    if (first == finished_.end())
        return std::nullopt;
    auto taken = std::move(*first);
    finished_.erase(first);
    return taken;
}

void UsbDevice::forget(std::uint64_t who)
{
    const auto theirs = [&](const auto& one) { return one.who == who; };
    waiting_.remove_if(theirs);
    finished_.remove_if(theirs);
}

void UsbDevice::clear_halt()
{
    if (fault_ == UsbFault::stall)
        fault_ = UsbFault::none;
}

void UsbDevice::reset()
{
    fault_ = UsbFault::none;
    function_->forget();
    // What hung comes back undone; reads go on waiting.
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const auto one = next++;
        if (one->type != UsbTransfer::Type::control)
            continue;
        one->status = -ESHUTDOWN;
        finished_.splice(finished_.end(), waiting_, one);
    }
}

void UsbDevice::unplug()
{
    reset();
    vanished_ = false;
    for (auto& one : waiting_)
        one.status = -ESHUTDOWN;
    finished_.splice(finished_.end(), waiting_);
}

void UsbDevice::plug()
{
    waiting_.clear(); // what ended with the last plugging in is given back still
}

} // namespace upright::upsim
