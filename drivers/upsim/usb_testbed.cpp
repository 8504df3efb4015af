#include "drivers/upsim/usb_testbed.hpp"

#include <fmt/format.h>
#include <umockdev.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <linux/usbdevice_fs.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upright::upsim {
namespace {

constexpr int kLastAddress = 127;

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
using Data = std::unique_ptr<UMockdevIoctlData, Unref>;

// A transfer's place in the memory of the program that asked for it.
struct Urb {
    Data urb;
    Data buffer;
};

Data resolve(UMockdevIoctlData* data, std::size_t offset, std::size_t size)
{
    GError* failed = nullptr;
    Data found(umockdev_ioctl_data_resolve(data, offset, size, &failed));
    g_clear_error(&failed);
    return found;
}

template <class T>
void store(UMockdevIoctlData* data, std::size_t offset, const T& value)
{
    T copy = value;
    umockdev_ioctl_data_update(data, offset, reinterpret_cast<guint8*>(&copy), sizeof copy);
}

std::string hex(std::string_view bytes)
{
    std::string text;
    for (const char c : bytes)
        text += fmt::format("{:02X}", static_cast<unsigned char>(c)); // umockdev takes no small letters
    return text;
}

} // namespace

// A device node that programs can wait at with poll(), as at usbfs: writable means that a transfer may be
// taken back, or that the device is gone. It is a FIFO of one page that is full all the other time.
class WaitingNode {
public:
    WaitingNode() = default;
    WaitingNode(const WaitingNode&) = delete;
    WaitingNode& operator=(const WaitingNode&) = delete;
    ~WaitingNode() { close(); }

    // In the place of the file at `path`.
    bool open(const std::string& path)
    {
        close();
        ready_ = true;
        if (::unlink(path.c_str()) != 0 || ::mkfifo(path.c_str(), 0666) != 0)
            return false;
        fd_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (fd_ < 0 || ::fcntl(fd_, F_SETPIPE_SZ, kSize) != kSize)
            return false;
        set_ready(false);
        return true;
    }

    void set_ready(bool ready)
    {
        if (fd_ < 0 || ready == ready_)
            return;
        std::array<char, kPage.size()> drained{};
        const auto moved =
            ready ? ::read(fd_, drained.data(), drained.size()) : ::write(fd_, kPage.data(), kPage.size());
        ready_ = moved > 0 ? ready : ready_;
    }

private:
    void close()
    {
        if (fd_ >= 0)
            ::close(fd_);
        fd_ = -1;
    }

    static constexpr int kSize = 4096;
    static constexpr std::array<char, kSize> kPage{};
    int fd_ = -1;
    bool ready_ = true;
};

// Answers the ioctls of one device, from the testbed's thread.
struct UsbTestbed::Socket {
    UsbUps& ups;
    int port = 1;
    bool plugged = false;
    std::string node; // of the present plugging in: dev/bus/usb/001/002
    std::string syspath;
    UMockdevIoctlBase* handler = umockdev_ioctl_base_new();
    std::unique_ptr<UMockdevIoctlClient, Unref> owner;           // who claimed the interface
    std::uint64_t last_owner = 0;                                // who did so before, or does so
    std::map<std::pair<std::uint64_t, std::uint64_t>, Urb> urbs; // by client and id
    WaitingNode waiting;

    Socket(UsbUps& of, int at) : ups(of), port(at)
    {
        g_signal_connect(handler, "handle-ioctl", G_CALLBACK(&Socket::on_ioctl), this);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { g_object_unref(handler); }

    static gboolean on_ioctl(UMockdevIoctlBase*, UMockdevIoctlClient* client, void* self)
    {
        static_cast<Socket*>(self)->serve(client);
        return TRUE;
    }
    void serve(UMockdevIoctlClient* client)
    {
        const auto error = [&] {
            const std::lock_guard held(ups.lock());
            const std::string of = umockdev_ioctl_client_get_devnode(client);
            const int done = of == node && plugged ? answer(client) : last_answer(client);
            waiting.set_ready(!plugged || ups.device().has_finished());
            return done;
        }();
        umockdev_ioctl_client_complete(client, error == 0 ? 0 : -1, error);
    }

    int answer(UMockdevIoctlClient* client)
    {
        auto* const argument = umockdev_ioctl_client_get_arg(client);
        switch (umockdev_ioctl_client_get_request(client)) {
        case USBDEVFS_GET_CAPABILITIES:
            if (const auto value = resolve(argument, 0, 4))
                store<std::uint32_t>(value.get(), 0, USBDEVFS_CAP_NO_PACKET_SIZE_LIM);
            return 0;
        case USBDEVFS_SUBMITURB: return submit(argument, id_of(client));
        case USBDEVFS_REAPURB:
        case USBDEVFS_REAPURBNDELAY: return reap(argument, id_of(client));
        case USBDEVFS_DISCARDURB:
            return ups.device().discard(address_in(argument), id_of(client)) ? 0 : EINVAL;
        case USBDEVFS_CLAIMINTERFACE:
        case USBDEVFS_DISCONNECT_CLAIM:
            if (owner && owner.get() != client && umockdev_ioctl_client_get_connected(owner.get()) != 0)
                return EBUSY;
            if (last_owner != id_of(client))
                ups.device().forget(last_owner);
            last_owner = id_of(client);
            owner.reset(static_cast<UMockdevIoctlClient*>(g_object_ref(client)));
            return 0;
        case USBDEVFS_RELEASEINTERFACE: owner.reset(); return 0;
        case USBDEVFS_RESET: ups.device().reset(); return 0;
        case USBDEVFS_CLEAR_HALT: ups.device().clear_halt(); return 0;
        case USBDEVFS_SETCONFIGURATION:
        case USBDEVFS_SETINTERFACE: return 0;
        case USBDEVFS_GETDRIVER:
        case USBDEVFS_IOCTL: return ENODATA; // no kernel driver
        default: return ENOTTY;
        }
    }

    // When the device is gone, transfers that ended with it are given back still.
    int last_answer(UMockdevIoctlClient* client)
    {
        const auto request = umockdev_ioctl_client_get_request(client);
        const bool reaps = request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY;
        if (!reaps)
            return ENODEV;
        const auto error = reap(umockdev_ioctl_client_get_arg(client), id_of(client));
        return error == EAGAIN ? ENODEV : error;
    }

    // Several programs may have it open; each gets its own transfers back.
    static std::uint64_t id_of(const UMockdevIoctlClient* client)
    {
        return reinterpret_cast<std::uintptr_t>(client);
    }

    static std::uint64_t address_in(const UMockdevIoctlData* argument)
    {
        std::uint64_t address = 0;
        std::memcpy(&address, argument->data, sizeof address);
        return address;
    }

    int submit(UMockdevIoctlData* argument, std::uint64_t who)
    {
        Urb urb{resolve(argument, 0, sizeof(usbdevfs_urb)), {}};
        if (!urb.urb)
            return EFAULT;
        usbdevfs_urb head{};
        std::memcpy(&head, urb.urb->data, sizeof head);
        const auto size = static_cast<std::size_t>(head.buffer_length);
        if (size > 0)
            urb.buffer = resolve(urb.urb.get(), offsetof(usbdevfs_urb, buffer), size);
        UsbTransfer transfer{.id = urb.urb->client_addr,
                             .who = who,
                             .type = static_cast<UsbTransfer::Type>(head.type),
                             .endpoint = head.endpoint,
                             .bytes = {},
                             .size = size,
                             .status = 0,
                             .done = 0};
        if (urb.buffer)
            transfer.bytes.assign(reinterpret_cast<const char*>(urb.buffer->data), size);
        const auto id = transfer.id;
        urbs.insert_or_assign(std::pair(who, id), std::move(urb));
        ups.device().submit(std::move(transfer));
        return 0;
    }

    int reap(UMockdevIoctlData* argument, std::uint64_t who)
    {
        const auto done = ups.device().finished(who);
        if (!done)
            return EAGAIN;
        const auto found = urbs.find({who, done->id});
        const auto pointer = resolve(argument, 0, sizeof(void*));
        if (found == urbs.end() || !pointer)
            return EINVAL;
        auto& [urb, buffer] = found->second;
        if (buffer)
            umockdev_ioctl_data_update(buffer.get(), 0,
                                       reinterpret_cast<guint8*>(const_cast<char*>(done->bytes.data())),
                                       static_cast<gint>(done->bytes.size()));
        store<int>(urb.get(), offsetof(usbdevfs_urb, status), done->status);
        store<int>(urb.get(), offsetof(usbdevfs_urb, actual_length), static_cast<int>(done->done));
        umockdev_ioctl_data_set_ptr(pointer.get(), 0, urb.get());
        urbs.erase(found);
        return 0;
    }
};

struct UsbTestbed::Testbed {
    UMockdevTestbed* bed = umockdev_testbed_new();

    Testbed() = default;
    Testbed(const Testbed&) = delete;
    Testbed& operator=(const Testbed&) = delete;
    ~Testbed() { g_object_unref(bed); }

    std::string root() const
    {
        const std::unique_ptr<char, decltype(&g_free)> path(umockdev_testbed_get_root_dir(bed), g_free);
        return path.get();
    }
};

UsbTestbed::UsbTestbed() : testbed_(std::make_unique<Testbed>()) {}

// Nobody may be answered any more once the sockets go.
UsbTestbed::~UsbTestbed()
{
    for (const auto& node : attached_)
        umockdev_testbed_detach_ioctl(testbed_->bed, node.c_str(), nullptr);
    for (const auto& [ups, socket] : sockets_) {
        const std::lock_guard held(ups->lock());
        socket->plugged = false;
        socket->owner.reset();
        socket->urbs.clear();
    }
}

std::map<std::string, std::string> UsbTestbed::environment() const
{
    return {{"UMOCKDEV_DIR", testbed_->root()}, {"LD_PRELOAD", std::string(kPreload)}};
}

Result<void> UsbTestbed::plug(UsbUps& ups, int port)
{
    auto& socket = sockets_[&ups];
    if (!socket)
        socket = std::make_unique<Socket>(ups, port);
    const int address = next_address_;
    next_address_ = address == kLastAddress ? 2 : address + 1;
    const auto node = fmt::format("bus/usb/001/{:03}", address);
    const auto path = fmt::format("/devices/pci0000:00/0000:00:14.0/usb1/1-{}", port);
    const auto& identity = ups.device().identity();
    const auto descriptors = hex(usb_device_descriptor(identity) + usb_configuration(identity));
    const auto text =
        fmt::format("P: {}\nN: {}={}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: BUSNUM=001\n"
                    "E: DEVNUM={:03}\nE: DEVNAME=/dev/{}\nA: busnum=1\\n\nA: devnum={}\\n\nA: speed=1.5\\n\n"
                    "A: bConfigurationValue=1\\n\nA: idVendor={:04x}\\n\nA: idProduct={:04x}\\n\n"
                    "H: descriptors={}\n",
                    path, node, descriptors, address, node, address, identity.vendor_id, identity.product_id,
                    descriptors);
    GError* failed = nullptr;
    // In this order: whoever opens the node the moment it is there must find somebody who answers.
    const auto path_of_node = "/dev/" + node;
    if (attached_.contains(path_of_node))
        umockdev_testbed_detach_ioctl(testbed_->bed, path_of_node.c_str(), nullptr);
    const bool added =
        umockdev_testbed_attach_ioctl(testbed_->bed, path_of_node.c_str(), socket->handler, &failed) != 0
        && umockdev_testbed_add_from_string(testbed_->bed, text.c_str(), &failed) != 0;
    attached_.insert(path_of_node);
    const std::string why = failed != nullptr ? failed->message : "";
    g_clear_error(&failed);
    if (!added)
        return Error{Errc::bad_reply, "umockdev: " + why};
    {
        const std::lock_guard held(ups.lock());
        if (!socket->waiting.open(testbed_->root() + "/dev/" + node))
            return Error{Errc::bad_reply, fmt::format("no FIFO for {}", node)};
        ups.device().plug();
        socket->node = "/dev/" + node;
        socket->syspath = "/sys" + path;
        socket->plugged = true;
    }
    // Those who follow the events heard of it before it was complete.
    umockdev_testbed_uevent(testbed_->bed, socket->syspath.c_str(), "add");
    return {};
}

void UsbTestbed::wake(UsbUps& ups)
{
    const auto found = sockets_.find(&ups);
    if (found != sockets_.end())
        found->second->waiting.set_ready(!found->second->plugged || ups.device().has_finished());
}

void UsbTestbed::unplug(UsbUps& ups)
{
    const auto found = sockets_.find(&ups);
    if (found == sockets_.end() || !found->second->plugged)
        return;
    auto& socket = *found->second;
    {
        const std::lock_guard held(ups.lock());
        socket.plugged = false;
        socket.owner.reset();
        ups.device().unplug();
        socket.waiting.set_ready(true);
    }
    umockdev_testbed_uevent(testbed_->bed, socket.syspath.c_str(), "remove");
    umockdev_testbed_remove_device(testbed_->bed, socket.syspath.c_str());
    // Its ioctls are answered on (with ENODEV) for those who have it open, or are about to.
    std::error_code ignored;
    std::filesystem::remove(testbed_->root() + socket.node, ignored);
}

} // namespace upright::upsim
