// Transport: the way to a HID device: reports and texts in and out. Each call ends within its time limit.
// DeviceError: lost if the device is gone.
#pragma once

#include "drivers/io/hid/report_descriptor.hpp"

#include <functional>

namespace upright::hid {

class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    virtual std::string report_descriptor() = 0; // its bytes

    // The report, its id first if the device has ids; nothing if the device has none to give now. May be
    // shorter than `length`, or longer if the device says so.
    virtual std::optional<std::string> get_report(ReportType type, std::uint8_t id, std::size_t length) = 0;
    virtual void set_report(ReportType type, std::uint8_t id, std::string_view report) = 0;

    // A string descriptor, trimmed; nothing if there is none.
    virtual std::optional<std::string> text(std::uint8_t index) = 0;

    // What comes by itself, from another thread until stop_listening(); nothing: the device is gone, and
    // nothing more will come.
    using Heard = std::function<void(const std::optional<std::string>& packet)>;
    virtual void listen(Heard heard) = 0;
    virtual std::size_t packet_size() const = 0; // the largest packet that comes so, bytes
    virtual void stop_listening() = 0;

    // Around many calls in a row. What comes by itself may be heard by this thread meanwhile.
    virtual void begin_burst() {}
    virtual void end_burst() {}

    virtual void reset() = 0; // the last resort; what follows is open() anew
};

} // namespace upright::hid
