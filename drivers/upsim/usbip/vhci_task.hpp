// A simulated UPS in this machine's own USB: a task that serves the kernel until it unplugs the device.
#pragma once

#include "common/asio/task_group.hpp"
#include "drivers/upsim/usb_ups.hpp"

#include <boost/asio/local/stream_protocol.hpp>

namespace upright::upsim::usbip {

// `socket`, from attach(), and `ups` outlive it.
boost::asio::awaitable<Result<void>> serve_kernel(boost::asio::local::stream_protocol::socket& socket,
                                                  UsbUps& ups);

} // namespace upright::upsim::usbip
