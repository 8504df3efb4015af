#include "drivers/io/usb/usb_listener.hpp"

#include "common/daemon/log.hpp"

#include <libusb.h>

#include <utility>

namespace upright::io {
namespace {

using namespace std::chrono_literals;

constexpr int kMostFailures = 10; // in a row, then the device counts as gone
constexpr auto kPause = 100ms;    // after a failure
constexpr auto kPatience = 1s;    // with a transfer that was cancelled

} // namespace

UsbListener::UsbListener(libusb_context* context, libusb_device_handle* handle, std::uint8_t endpoint,
                         std::size_t longest, UsbDevice::Heard heard)
    : context_(context), handle_(handle), heard_(std::move(heard)), buffer_(longest),
      transfer_(libusb_alloc_transfer(0))
{
    if (transfer_ == nullptr)
        throw std::bad_alloc();
    libusb_fill_interrupt_transfer(transfer_, handle, endpoint, buffer_.data(),
                                   static_cast<int>(buffer_.size()), &UsbListener::on_end, this, 0);
    watch_for_leaving();
    thread_ = std::thread([this] { run(); });
}

UsbListener::~UsbListener()
{
    stop();
    libusb_free_transfer(transfer_);
}

void UsbListener::stop() noexcept
{
    if (!thread_.joinable())
        return;
    {
        const std::lock_guard held(pausing_);
        stopping_ = true;
    }
    wake();
    thread_.join();
    if (watching_)
        libusb_hotplug_deregister_callback(context_, leave_callback_);
}

// Not every system tells it by the transfer.
void UsbListener::watch_for_leaving()
{
    if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0)
        return;
    const auto on_event = [](libusb_context*, libusb_device* device, libusb_hotplug_event, void* self) {
        auto& listener = *static_cast<UsbListener*>(self);
        if (device == libusb_get_device(listener.handle_)) {
            listener.gone_ = true;
            listener.wake();
        }
        return 0; // stays registered
    };
    watching_ = libusb_hotplug_register_callback(context_, LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
                                                 LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
                                                 LIBUSB_HOTPLUG_MATCH_ANY, on_event, this, &leave_callback_)
                == LIBUSB_SUCCESS;
}

void UsbListener::pause() noexcept
{
    paused_ = true;
    wake();
}

void UsbListener::resume() noexcept
{
    {
        const std::lock_guard held(pausing_);
        paused_ = false;
    }
    resumed_.notify_all();
}

void UsbListener::wake() noexcept
{
    {
        const std::lock_guard held(pausing_); // or it would not be seen by one who is about to wait
    }
    resumed_.notify_all();
    libusb_interrupt_event_handler(context_);
}

void UsbListener::submit()
{
    ended_ = false;
    if (const int failed = libusb_submit_transfer(transfer_); failed != 0) {
        gone_ = gone_ || failed == LIBUSB_ERROR_NO_DEVICE;
        ++failures_;
        ended_ = true;
        wake();
    }
}

// Whoever is in libusb runs it, a control transfer of another thread, too; so it must not wait.
void UsbListener::on_end(libusb_transfer* transfer)
{
    auto& self = *static_cast<UsbListener*>(transfer->user_data);
    self.take(*transfer);
    if (transfer->status == LIBUSB_TRANSFER_COMPLETED && !self.stopping_) {
        self.submit(); // at once: the next one may be on its way
        return;
    }
    self.ended_ = true;
    self.wake();
}

void UsbListener::take(const libusb_transfer& transfer)
{
    switch (transfer.status) {
    case LIBUSB_TRANSFER_COMPLETED:
        failures_ = 0;
        if (transfer.actual_length > 0 && !stopping_)
            heard_(std::string(buffer_.begin(), buffer_.begin() + transfer.actual_length));
        return;
    case LIBUSB_TRANSFER_CANCELLED: return;
    case LIBUSB_TRANSFER_NO_DEVICE: gone_ = true; return;
    case LIBUSB_TRANSFER_STALL: halted_ = true; [[fallthrough]];
    default:
        ++failures_;
        log::debug(2, "interrupt transfer failed: {}", libusb_error_name(transfer.status));
        return;
    }
}

void UsbListener::run()
{
    while (!stopping_ && !gone_ && failures_ < kMostFailures) {
        if (paused_) {
            std::unique_lock held(pausing_);
            resumed_.wait(held, [this] { return !paused_ || stopping_ || gone_; });
            continue;
        }
        if (!ended_) {
            libusb_handle_events(context_);
            continue;
        }
        if (failures_ > 0)
            std::this_thread::sleep_for(kPause);
        if (halted_.exchange(false))
            libusb_clear_halt(handle_, transfer_->endpoint);
        submit();
    }
    if (!stopping_)
        heard_(std::nullopt);
    if (!ended_)
        libusb_cancel_transfer(transfer_);
    // It may never end if the device is gone; then closing the handle does it.
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!ended_ && std::chrono::steady_clock::now() < until) {
        timeval most{.tv_sec = 0, .tv_usec = 100'000};
        libusb_handle_events_timeout(context_, &most);
    }
}

} // namespace upright::io
