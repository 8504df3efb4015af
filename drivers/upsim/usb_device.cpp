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

} // namespace

UsbDevice::UsbDevice(const UsbChipKind& kind, UsbTexts texts, Ask ask)
    : kind_(kind), texts_(std::move(texts)), chip_(kind.make(std::move(ask)))
{
}

void UsbDevice::submit(UsbTransfer transfer)
{
    const bool in = (transfer.endpoint & 0x80) != 0;
    if (transfer.type == UsbTransfer::Type::control) {
        control(transfer);
        finished_.push_back(std::move(transfer));
    } else if (!in) {
        transfer.done = transfer.size;
        const bool fine = fault_ != UsbFault::stall && chip_->interrupt_out(transfer.bytes);
        finish(std::move(transfer), fine ? 0 : -EPIPE);
    } else {
        waiting_.push_back(std::move(transfer));
    }
    serve_waiting();
}

void UsbDevice::control(UsbTransfer& transfer)
{
    if (transfer.bytes.size() < kSetup) {
        transfer.status = -EPIPE;
        return;
    }
    const auto setup = setup_of(transfer.bytes);
    const auto data = transfer.bytes.substr(kSetup);
    if ((setup.type & 0x80) == 0) {
        const bool fine = chip_->control_out(setup, data);
        transfer.status = fine ? 0 : -EPIPE;
        transfer.done = fine ? data.size() : 0;
        return;
    }
    const bool string = setup.type == 0x80 && setup.request == 0x06 && setup.value >> 8 == 3;
    auto answer = string ? usb_string(texts_, static_cast<std::uint8_t>(setup.value & 0xFF)) : std::nullopt;
    if (!answer && fault_ != UsbFault::stall)
        answer = chip_->control_in(setup);
    transfer.status = !answer ? -EPIPE : 0;
    if (!answer)
        return;
    transfer.done = std::min({answer->size(), std::size_t{setup.length}, data.size()});
    transfer.bytes.replace(kSetup, transfer.done, *answer, 0, transfer.done);
}

// As hardware does: packets until the buffer is full, or one was shorter than it might have been.
bool UsbDevice::feed(UsbTransfer& transfer)
{
    auto& packets = chip_->packets();
    const auto endpoint = std::find_if(kind_.endpoints.begin(), kind_.endpoints.end(),
                                       [&](const auto& one) { return one.address == transfer.endpoint; });
    if (endpoint == kind_.endpoints.end()) {
        transfer.status = -ENOENT;
        return true;
    }
    while (!packets.empty()) {
        const auto packet = std::move(packets.front());
        packets.pop_front();
        if (fault_ == UsbFault::overflow || packet.size() > transfer.size - transfer.done) {
            transfer.status = -EOVERFLOW;
            return true;
        }
        transfer.bytes.replace(transfer.done, packet.size(), packet);
        transfer.done += packet.size();
        if (packet.size() < endpoint->size || transfer.done == transfer.size)
            return true;
    }
    return false;
}

void UsbDevice::serve_waiting()
{
    while (!waiting_.empty()) {
        auto& first = waiting_.front();
        if (fault_ == UsbFault::stall)
            first.status = -EPIPE;
        else if (!feed(first))
            return;
        finished_.push_back(std::move(first));
        waiting_.pop_front();
    }
}

void UsbDevice::finish(UsbTransfer transfer, int status)
{
    transfer.status = status;
    finished_.push_back(std::move(transfer));
}

bool UsbDevice::discard(std::uint64_t id)
{
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& one) { return one.id == id; });
    if (found == waiting_.end())
        return false;
    finish(std::move(*found), -ENOENT);
    waiting_.erase(found);
    return true;
}

std::optional<UsbTransfer> UsbDevice::finished()
{
    if (finished_.empty())
        return std::nullopt;
    auto first = std::move(finished_.front());
    finished_.pop_front();
    return first;
}

void UsbDevice::clear_halt()
{
    if (fault_ == UsbFault::stall)
        fault_ = UsbFault::none;
}

void UsbDevice::reset()
{
    fault_ = UsbFault::none;
    chip_->packets().clear();
}

void UsbDevice::unplug()
{
    reset();
    waiting_.clear();
    finished_.clear();
}

} // namespace upright::upsim
