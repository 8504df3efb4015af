#include "drivers/upsim/usb_chip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace upright::upsim {
namespace {

constexpr std::uint8_t kToInterface = 0x21;
constexpr std::uint8_t kSetReport = 0x09;

bool is_report(const UsbSetup& setup, std::uint16_t value)
{
    return setup.type == kToInterface && setup.request == kSetReport && setup.value == value;
}

// A command in reports of one size, the answer in packets.
template <std::uint16_t Value, std::size_t Report, bool FilledUp>
class ReportChip final : public UsbChip {
public:
    using UsbChip::UsbChip;

    bool control_out(const UsbSetup& setup, std::string_view bytes) override
    {
        if (!is_report(setup, Value) || bytes.size() != Report)
            return false;
        for (const char c : bytes) {
            if (c == '\r') {
                send(ask(std::exchange(command_, {})).value_or(""), 8, FilledUp);
                break;
            }
            command_ += c;
        }
        return true;
    }

private:
    std::string command_;
};

class Phoenixtec final : public UsbChip {
public:
    using UsbChip::UsbChip;

    bool control_out(const UsbSetup& setup, std::string_view bytes) override
    {
        if (setup.type != 0x42 || setup.request != 0x0D)
            return false;
        send(ask(bytes.substr(0, bytes.find('\r'))).value_or(""), 8, false);
        return true;
    }
};

class Fuji final : public UsbChip {
public:
    using UsbChip::UsbChip;

    bool interrupt_out(std::string_view bytes) override
    {
        if (bytes.size() != 8 || bytes.substr(0, 2) != "\x80\x06" || bytes[3] != 3 || bytes[2] < 2
            || bytes[2] > 4)
            return false;
        const auto command = bytes.substr(4, static_cast<std::size_t>(bytes[2]) - 1);
        send(ask(command).value_or(""), 8, false);
        return true;
    }
};

class Sgs final : public UsbChip {
public:
    using UsbChip::UsbChip;

    bool control_out(const UsbSetup& setup, std::string_view bytes) override
    {
        if (!is_report(setup, 0x0200) || bytes.size() != 8 || bytes[0] < 1 || bytes[0] > 7)
            return false;
        command_ += bytes.substr(1, static_cast<std::size_t>(bytes[0]));
        if (!command_.ends_with('\r'))
            return true;
        command_.pop_back();
        auto answer = ask(std::exchange(command_, {})).value_or("");
        for (std::string_view rest = answer; !rest.empty();
             rest.remove_prefix(std::min<std::size_t>(7, rest.size()))) {
            std::string packet(1, static_cast<char>(std::min<std::size_t>(7, rest.size())));
            packet += rest.substr(0, 7);
            packet.resize(8, '\0');
            packets().push_back(std::move(packet));
        }
        return true;
    }

private:
    std::string command_;
};

class Ablerex final : public UsbChip {
public:
    using UsbChip::UsbChip;

    bool control_out(const UsbSetup& setup, std::string_view bytes) override
    {
        if (!is_report(setup, 0x0305) || bytes.size() != 47
            || bytes.substr(0, 2) != std::string_view("\x05\0", 2))
            return false;
        const auto text = bytes.substr(3);
        answer_ = ask(text.substr(0, text.find('\r'))).value_or("");
        answer_.resize(47, '\0');
        return true;
    }
    std::optional<std::string> control_in(const UsbSetup& setup) override
    {
        if (setup.type != 0xA1 || setup.request != 0x01 || setup.value != 0x0305)
            return std::nullopt;
        return answer_;
    }

private:
    std::string answer_;
};

class Armac final : public UsbChip {
public:
    using UsbChip::UsbChip;

    bool control_out(const UsbSetup& setup, std::string_view bytes) override
    {
        if (!is_report(setup, 0x0200) || bytes.size() != 4)
            return false;
        const auto count = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]) - 0xA0);
        if (count < 1 || count > 3)
            return false;
        for (const char c : bytes.substr(1, count)) {
            if (c == '\0')
                command_.clear();
            else if (c != '\r')
                command_ += c;
            else
                answer();
        }
        return true;
    }

private:
    void answer()
    {
        static constexpr std::array<std::string_view, 5> kDeafTo{"QGS", "QS", "QPI", "M", "D"};
        const auto command = std::exchange(command_, {});
        if (std::find(kDeafTo.begin(), kDeafTo.end(), command) != kDeafTo.end())
            return;
        const auto text = ask(command).value_or("");
        for (std::size_t at = 0; at < text.size(); at += 5) {
            const auto part = text.substr(at, 5);
            packets().push_back(static_cast<char>(0xA0 + part.size()) + part);
            packets().back().resize(6, '\0');
        }
        if (!text.empty())
            packets().emplace_back("\xA0\0\0\0\0\0", 6); // nothing more
    }

    std::string command_;
};

struct StringCommand {
    std::uint8_t index;
    std::string_view command;
};
constexpr std::array kStrings{
    StringCommand{0x03, "Q1"}, StringCommand{0x0D, "F"}, StringCommand{0x0C, "I"}, StringCommand{0x04, "T"},
    StringCommand{0x05, "TL"}, StringCommand{0x07, "Q"}, StringCommand{0x0B, "C"}, StringCommand{0x0A, "C"},
};

// A string descriptor for each command.
class Strings : public UsbChip {
public:
    using UsbChip::UsbChip;

    std::optional<std::string> control_in(const UsbSetup& setup) override
    {
        if (setup.type != 0x80 || setup.request != 0x06 || setup.value >> 8 != 3)
            return std::nullopt;
        const auto command = command_of(static_cast<std::uint8_t>(setup.value & 0xFF));
        if (!command)
            return std::nullopt;
        auto text = ask(*command).value_or(obeyed_);
        if (spoils_ && !text.empty())
            text.front() = '?';
        text.resize(std::min<std::size_t>(text.size(), 126));
        std::string descriptor{static_cast<char>(2 + 2 * text.size()), '\x03'};
        for (const char c : text)
            descriptor += {c, '\0'};
        return descriptor;
    }

protected:
    virtual std::optional<std::string> command_of(std::uint8_t index) const
    {
        const auto* const found = std::find_if(kStrings.begin(), kStrings.end(),
                                               [&](const auto& row) { return row.index == index; });
        return found == kStrings.end() ? std::nullopt : std::optional(std::string(found->command));
    }

    std::string obeyed_; // what it says of a command without answer
    bool spoils_ = true; // the first character
};

class Fabula : public Strings {
public:
    explicit Fabula(Ask ask) : Strings(std::move(ask))
    {
        obeyed_ = "UPS No Ack";
        spoils_ = false;
    }

protected:
    std::optional<std::string> command_of(std::uint8_t index) const override
    {
        const int step = index >> 4;
        if (step == 0 || (index & 7) != 0)
            return Strings::command_of(index);
        const auto delay = step <= 5 ? fmt::format(".{}", step + 4) : fmt::format("{:02}", step - 5);
        return "S" + delay + ((index & 8) != 0 ? "" : "R0000");
    }
};

template <class Chip>
std::unique_ptr<UsbChip> make(Ask ask)
{
    return std::make_unique<Chip>(std::move(ask));
}

using Cypress = ReportChip<0x0200, 8, true>;
using Ippon = ReportChip<0x0002, 8, false>;
using Omron = ReportChip<0x0002, 16, false>;

} // namespace

std::optional<std::string> UsbChip::packet()
{
    if (packets_.empty())
        return std::nullopt;
    auto first = std::move(packets_.front());
    packets_.pop_front();
    return first;
}

void UsbChip::send(std::string_view text, std::size_t packet, bool filled_up)
{
    for (std::size_t at = 0; at < text.size(); at += packet) {
        packets_.emplace_back(text.substr(at, packet));
        if (filled_up)
            packets_.back().resize(packet, '\0');
    }
}

const std::vector<UsbChipKind>& usb_chips()
{
    // clang-format off
    static const std::vector<UsbChipKind> kinds{
        {"cypress",    0x0665, 0x5161, "INNO TECH",        "USB to Serial",     {{0x81, 8}},            make<Cypress>},
        {"phoenix",    0x06DA, 0x0601, "Phoenix",          "UPS",               {{0x81, 8}},            make<Cypress>},
        {"phoenixtec", 0x06DA, 0x0002, "Phoenixtec Power", "USB Cable (V2.00)", {{0x81, 8}},            make<Phoenixtec>},
        {"ippon",      0x06DA, 0x0003, "Ippon",            "UPS",               {{0x81, 8}},            make<Ippon>},
        {"krauler",    0x0001, 0x0000, "Krauler",          "UP-M500VA",         {{0x81, 8}},            make<Strings>},
        {"fabula",     0x0001, 0x0000, "MEC",              "MEC0003",           {{0x81, 8}},            make<Fabula>},
        {"hunnox",     0x0001, 0x0000, "HNX",              "MEC0003",           {{0x81, 8}},            make<Fabula>},
        {"snr",        0x0001, 0x0000, "SNR",              "MEC0003",           {{0x81, 8}},            make<Strings>},
        {"fuji",       0x0001, 0x0000, "ATCL FOR UPS",     "ATCL FOR UPS",      {{0x81, 8}, {0x02, 8}}, make<Fuji>},
        {"sgs",        0x0483, 0x0035, "SGS",              "UPS",               {{0x81, 8}},            make<Sgs>},
        {"ablerex",    0xFFFF, 0x0000, "Ablerex",          "625L USB",          {{0x81, 8}},            make<Ablerex>},
        {"armac",      0x0925, 0x1234, "RICHCOMM",         "UPS USB Mon V2.0",  {{0x81, 8}},            make<Armac>},
        {"omron",      0x0590, 0x00B7, "OMRON",            "BN50T",             {{0x81, 8}},            make<Omron>},
        {"gtec",       0x0665, 0x5161, "GTEC",             "ZP120N",            {{0x81, 8}},            make<Ippon>},
    };
    // clang-format on
    return kinds;
}

const UsbChipKind* find_usb_chip(std::string_view name)
{
    const auto& all = usb_chips();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& kind) { return kind.name == name; });
    return found == all.end() ? nullptr : &*found;
}

UsbIdentity identity_of(const UsbChipKind& kind, const std::string& serial)
{
    constexpr std::uint8_t kSerialIndex = 0x10; // away from those that stand for commands
    UsbIdentity identity{.vendor_id = kind.vendor_id,
                         .product_id = kind.product_id,
                         .endpoints = kind.endpoints,
                         .vendor = 1,
                         .product = 2,
                         .strings = {{1, std::string(kind.vendor)}, {2, std::string(kind.product)}}};
    if (!serial.empty()) {
        identity.serial = kSerialIndex;
        identity.strings[kSerialIndex] = serial;
    }
    return identity;
}

} // namespace upright::upsim
