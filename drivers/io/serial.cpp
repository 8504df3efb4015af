#include "drivers/io/serial.hpp"

#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <system_error>
#include <termios.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace upright::io {
namespace {

constexpr std::chrono::milliseconds kEndOfRefusal{100};

using Clock = std::chrono::steady_clock;

struct PowerName {
    std::string_view name;
    CablePower power;
};

constexpr std::array kPowerNames{
    PowerName{"normal", CablePower::normal},
    PowerName{"reverse", CablePower::reverse},
    PowerName{"both", CablePower::both},
    PowerName{"none", CablePower::none},
};

struct Rate {
    int baud;
    speed_t speed;
};

constexpr std::array kRates{
    Rate{300, B300},   Rate{600, B600},     Rate{1200, B1200},   Rate{2400, B2400},   Rate{4800, B4800},
    Rate{9600, B9600}, Rate{19200, B19200}, Rate{38400, B38400}, Rate{57600, B57600}, Rate{115200, B115200}};

speed_t speed_of(int baud)
{
    const auto* const rate =
        std::find_if(kRates.begin(), kRates.end(), [baud](const Rate& one) { return one.baud == baud; });
    return rate == kRates.end() ? B2400 : rate->speed;
}

std::string reason(int error) { return std::generic_category().message(error); }

// Whole milliseconds until then, rounded up, so that a wait never ends early and spins.
int milliseconds_until(Clock::time_point then)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(then - Clock::now()).count();
    return static_cast<int>(std::clamp<decltype(left)>(left, 0, 60'000));
}

} // namespace

std::span<const int> baud_rates()
{
    static const auto rates = [] {
        std::array<int, kRates.size()> bauds{};
        std::transform(kRates.begin(), kRates.end(), bauds.begin(),
                       [](const Rate& rate) { return rate.baud; });
        return bauds;
    }();
    return rates;
}

std::optional<CablePower> cable_power(std::string_view name)
{
    const auto* const found = std::find_if(kPowerNames.begin(), kPowerNames.end(),
                                           [&](const auto& row) { return row.name == name; });
    return found == kPowerNames.end() ? std::nullopt : std::optional(found->power);
}

Serial::Serial(std::string device, SerialSettings settings) : device_(std::move(device)), settings_(settings)
{
}

Serial::~Serial() { close(); }

void Serial::open()
{
    close();
    fd_ = ::open(device_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd_ < 0)
        throw DeviceError(fmt::format("Can't open {}: {}", device_, reason(errno)), DeviceError::Kind::lost);
    try {
        lock();
        configure();
        power_cable();
    } catch (...) {
        close();
        throw;
    }
}

void Serial::close() noexcept
{
    if (fd_ < 0)
        return;
    int lines = TIOCM_DTR;
    ::ioctl(fd_, TIOCMBIC, &lines); // a pty refuses, which is all the same here
    ::ioctl(fd_, TIOCNXCL);
    ::close(fd_);
    fd_ = -1;
    lock_file_ = {};
    answer_due_ = false;
}

// TIOCEXCL keeps others from opening the device, except root; flock tells root's second driver; the lock file
// tells programs that look for nothing else.
void Serial::lock()
{
    if (!settings_.lock)
        return;
    if (const auto file = lock_file_of(device_); !file.empty())
        lock_file_ = DeviceLock::take(file);
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0)
        throw DeviceError(fmt::format("{} is in use by another program", device_), DeviceError::Kind::lost);
    if (::ioctl(fd_, TIOCEXCL) != 0 && errno == ENOTTY)
        throw DeviceError(fmt::format("{} is not a serial port", device_), DeviceError::Kind::fatal);
}

void Serial::configure() const
{
    termios line{};
    if (::tcgetattr(fd_, &line) != 0)
        throw DeviceError(fmt::format("{} is not a serial port: {}", device_, reason(errno)),
                          DeviceError::Kind::fatal);
    ::cfmakeraw(&line); // 8 bits, no parity, no translation
    line.c_iflag &= ~static_cast<tcflag_t>(IXOFF | IXANY);
    line.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS | HUPCL | CSIZE | PARENB | PARODD);
    line.c_cflag |= CLOCAL | CREAD | (settings_.data_bits == 7 ? CS7 : CS8);
    line.c_cflag |= settings_.stop_bits == 2 ? CSTOPB : 0U;
    if (settings_.parity != Parity::none)
        line.c_cflag |= PARENB | (settings_.parity == Parity::odd ? PARODD : 0U);
    line.c_cc[VMIN] = 0;
    line.c_cc[VTIME] = 0;
    ::cfsetispeed(&line, speed_of(settings_.baud));
    ::cfsetospeed(&line, speed_of(settings_.baud));
    if (::tcsetattr(fd_, TCSANOW, &line) != 0)
        lost("set up");
}

void Serial::power_cable() const
{
    const bool dtr = settings_.power == CablePower::normal || settings_.power == CablePower::both;
    const bool rts = settings_.power == CablePower::reverse || settings_.power == CablePower::both;
    int on = (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0);
    int off = (dtr ? 0 : TIOCM_DTR) | (rts ? 0 : TIOCM_RTS);
    const bool switched_on = ::ioctl(fd_, TIOCMBIS, &on) == 0;
    const bool switched_off = ::ioctl(fd_, TIOCMBIC, &off) == 0;
    if (on != 0 && switched_on && switched_off) // ptys and some USB adapters have no such lines
        std::this_thread::sleep_for(settings_.settle);
}

std::string Serial::exchange(std::string_view bytes, const Limits& limits)
{
    if (fd_ < 0)
        throw DeviceError(fmt::format("{} is not open", device_), DeviceError::Kind::lost);
    if (std::exchange(answer_due_, false))
        await_late_answer(limits.silence);
    const auto end = Clock::now() + limits.total;
    if (::tcflush(fd_, TCIOFLUSH) != 0)
        lost("flush");
    send_paced(bytes, end);

    std::string answer;
    std::array<char, 256> buffer{};
    for (;;) {
        // Of a known length or not, a refusal is short: what ends early has an end, and soon nothing behind
        // it.
        const bool may_be_over = answer.ends_with('\r');
        const auto until = std::min(end, Clock::now() + (may_be_over ? kEndOfRefusal : limits.silence));
        const auto arrived = receive(until, buffer.data(), buffer.size());
        if (!arrived && may_be_over)
            answer.pop_back();
        answer_due_ = !arrived && !may_be_over;
        if (!arrived)
            return answer;
        for (const char c : *arrived) {
            if (c == '\r' && answer.size() >= limits.exactly)
                return answer;
            if (!limits.binary && (c == '\0' || c == '\n'))
                continue;
            if (answer.size() == limits.longest)
                throw DeviceError(fmt::format("{}: an answer longer than {} bytes", device_, limits.longest));
            answer += c;
        }
    }
}

// What was not answered in time may be answered yet, and must not be taken for the answer to the next
// question.
void Serial::await_late_answer(std::chrono::milliseconds limit) const
{
    std::array<char, 256> buffer{};
    const auto end = Clock::now() + limit;
    for (;;) {
        const auto arrived = receive(end, buffer.data(), buffer.size());
        if (!arrived || arrived->find('\r') != arrived->npos)
            return;
    }
}

// In one write, unless the device needs time for each byte.
void Serial::send_paced(std::string_view bytes, Clock::time_point until) const
{
    if (settings_.pace.count() == 0) {
        send(bytes, until);
        return;
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        send(bytes.substr(i, 1), until);
        std::this_thread::sleep_for(settings_.pace);
    }
}

void Serial::send(std::string_view bytes, Clock::time_point until) const
{
    while (!bytes.empty()) {
        const auto written = ::write(fd_, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        if (written < 0 && errno != EAGAIN && errno != EINTR)
            lost("write to");
        pollfd ready{fd_, POLLOUT, 0};
        const int left = milliseconds_until(until);
        if (left == 0 || (::poll(&ready, 1, left) == 0))
            throw DeviceError(fmt::format("{} takes no data", device_));
    }
}

std::optional<std::string_view> Serial::receive(Clock::time_point until, char* buffer, std::size_t size) const
{
    for (;;) {
        pollfd ready{fd_, POLLIN, 0};
        const int events = ::poll(&ready, 1, milliseconds_until(until));
        if (events < 0 && errno != EINTR)
            lost("wait for");
        if (events == 0)
            return std::nullopt;
        if (events < 0)
            continue;
        const auto got = ::read(fd_, buffer, size);
        if (got > 0)
            return std::string_view(buffer, static_cast<std::size_t>(got));
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        // Readable and nothing to read: the other side hung up.
        errno = got == 0 ? EIO : errno;
        lost("read");
    }
}

void Serial::lost(std::string_view doing) const
{
    const int error = errno;
    throw DeviceError(fmt::format("Can't {} {}: {}", doing, device_, reason(error)), DeviceError::Kind::lost);
}

} // namespace upright::io
