#include "drivers/io/usb/usb_arrival.hpp"

#include <libusb.h>

#include <utility>

namespace upright::io {

UsbArrival::UsbArrival(std::function<void()> arrived) : arrived_(std::move(arrived))
{
    if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0 || libusb_init(&context_) != 0) {
        context_ = nullptr;
        return;
    }
    const auto on_event = [](libusb_context*, libusb_device*, libusb_hotplug_event, void* self) {
        static_cast<UsbArrival*>(self)->arrived_();
        return 0; // stays registered
    };
    libusb_hotplug_register_callback(context_, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED, 0,
                                     LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
                                     LIBUSB_HOTPLUG_MATCH_ANY, on_event, this, nullptr);
    thread_ = std::thread([this] {
        while (!stopping_)
            libusb_handle_events(context_);
    });
}

UsbArrival::~UsbArrival()
{
    if (context_ == nullptr)
        return;
    stopping_ = true;
    libusb_interrupt_event_handler(context_);
    thread_.join();
    libusb_exit(context_);
}

} // namespace upright::io
