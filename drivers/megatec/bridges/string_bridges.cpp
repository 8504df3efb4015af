// Bridges whose string descriptors are the answers.
#include "drivers/megatec/bridges/bridges.hpp"
#include "drivers/megatec/bridges/exchange.hpp"
#include "drivers/megatec/bridges/string_index.hpp"
#include "drivers/runtime/driver.hpp"

#include <array>

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;

constexpr int kAttempts = 10;
constexpr auto kStringLimit = 1000ms;
constexpr std::string_view kNoAck = "UPS No Ack";
constexpr std::size_t kShort = 102; // some give up their wits when more is asked for
constexpr std::size_t kWhole = 255;

class StringBridge : public Bridge {
public:
    StringBridge(const BridgeOptions& options, std::span<const StringCommand> commands, std::size_t longest)
        : language_(options.language), commands_(commands), longest_(longest)
    {
    }

    std::string exchange(io::UsbTransfers& usb, std::string_view command, const io::Limits& limits) override
    {
        const auto asked = without_end(command);
        const auto known = find(asked);
        if (!known)
            return std::string(asked);
        const Deadline deadline(limits);
        before(usb, known->index, deadline);
        return read(usb, *known, limits, deadline);
    }

protected:
    virtual std::optional<StringCommand> find(std::string_view command) const
    {
        return string_command(commands_, command);
    }
    virtual void before(io::UsbTransfers&, std::uint8_t /*index*/, const Deadline&) {}
    virtual int attempts() const { return kAttempts; }

    std::uint16_t language(io::UsbTransfers& usb)
    {
        if (!language_)
            language_ = io::string_language(usb);
        return *language_;
    }
    std::size_t longest() const noexcept { return longest_; }

private:
    std::string read(io::UsbTransfers& usb, const StringCommand& command, const io::Limits& limits,
                     const Deadline& deadline)
    {
        for (int attempt = 0; attempt < attempts(); ++attempt) {
            const auto left = deadline.left(kStringLimit);
            if (left == 0ms)
                break;
            const auto raw = io::string_descriptor(usb, command.index, language(usb), left, longest_);
            const auto text = io::text_of_string_descriptor(raw);
            if (!text || text->starts_with(kNoAck))
                continue;
            AnswerText answer(limits);
            answer.take(*text);
            auto taken = std::move(answer).text();
            if (command.lead != '\0' && !taken.empty())
                taken.front() = command.lead;
            return taken;
        }
        return {};
    }

    std::optional<std::uint16_t> language_;
    std::span<const StringCommand> commands_;
    std::size_t longest_;
};

class Fabula : public StringBridge {
public:
    using StringBridge::StringBridge;

protected:
    std::optional<StringCommand> find(std::string_view command) const override
    {
        if (const auto index = fabula_shutdown_index(command))
            return StringCommand{command, *index};
        return StringBridge::find(command);
    }
    int attempts() const override { return 1; } // "UPS No Ack" is its way to say that it obeys
};

// Wants to be asked for the same few strings over and over, as the program on its disk does.
class Hunnox final : public Fabula {
public:
    using Fabula::Fabula;

protected:
    void before(io::UsbTransfers& usb, std::uint8_t index, const Deadline& deadline) override
    {
        static constexpr std::array<std::uint8_t, 3> kFirst{0x00, 0x00, 0x01};
        static constexpr std::array<std::uint8_t, 3> kInTurn{0x0D, 0x03, 0x0C};
        if (!begun_) {
            for (const auto one : kFirst)
                look_at(usb, one, deadline);
            begun_ = true;
            return;
        }
        const auto one = kInTurn[turn_];
        turn_ = (turn_ + 1) % kInTurn.size();
        if (one != index)
            look_at(usb, one, deadline);
    }

private:
    void look_at(io::UsbTransfers& usb, std::uint8_t index, const Deadline& deadline)
    try {
        if (const auto left = deadline.left(kStringLimit); left != 0ms)
            io::string_descriptor(usb, index, language(usb), left, longest());
    } catch (const DeviceError& e) {
        if (e.kind() != DeviceError::Kind::no_answer)
            throw;
    }

    bool begun_ = false;
    std::size_t turn_ = 0;
};

class Snr final : public StringBridge {
public:
    using StringBridge::StringBridge;

protected:
    void before(io::UsbTransfers& usb, std::uint8_t, const Deadline& deadline) override
    {
        if (usb.packet_size(0x81) == 0)
            return;
        try {
            drain(usb, 0x81, kShort, 1, deadline);
        } catch (const DeviceError& e) {
            if (e.kind() != DeviceError::Kind::no_answer)
                throw;
        }
    }
};

} // namespace

std::unique_ptr<Bridge> krauler_bridge(const BridgeOptions& options)
{
    return std::make_unique<StringBridge>(options, krauler_commands(), kWhole);
}

std::unique_ptr<Bridge> fabula_bridge(const BridgeOptions& options)
{
    return std::make_unique<Fabula>(options, fabula_commands(), kWhole);
}

std::unique_ptr<Bridge> hunnox_bridge(const BridgeOptions& options)
{
    return std::make_unique<Hunnox>(options, hunnox_commands(), kShort);
}

std::unique_ptr<Bridge> snr_bridge(const BridgeOptions& options)
{
    return std::make_unique<Snr>(options, snr_commands(), kShort);
}

} // namespace upright::megatec
