// UsbTestbed: simulated USB devices that programs started in its environment find through sysfs and usbfs. It
// owns the umockdev testbed, which takes care that nothing but those programs sees them.
#pragma once

#include "drivers/upsim/usb_ups.hpp"

#include <map>
#include <set>
#include <string>

namespace upright::upsim {

class UsbTestbed {
public:
    // To be in LD_PRELOAD of this program, and of those who shall see the devices.
    static constexpr std::string_view kPreload = "libumockdev-preload.so.0";

    UsbTestbed();
    ~UsbTestbed();
    UsbTestbed(const UsbTestbed&) = delete;
    UsbTestbed& operator=(const UsbTestbed&) = delete;

    // Plugs the device in, at an address that it did not have before; `port` of the hub, from 1.
    Result<void> plug(UsbUps& ups, int port);
    void unplug(UsbUps& ups);

    // To be called, with its lock held, after something was done to the device from outside: whoever waits
    // for a transfer of it wakes up.
    void wake(UsbUps& ups);

    // UMOCKDEV_DIR and LD_PRELOAD for those who shall see the devices.
    std::map<std::string, std::string> environment() const;

private:
    struct Socket;
    std::map<UsbUps*, std::unique_ptr<Socket>> sockets_;
    struct Testbed;
    std::unique_ptr<Testbed> testbed_;
    std::set<std::string> attached_; // nodes, past ones too
    int next_address_ = 2;
};

} // namespace upright::upsim
