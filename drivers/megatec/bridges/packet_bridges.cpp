// Bridges with frames of their own around commands and answers.
#include "drivers/megatec/bridges/bridges.hpp"
#include "drivers/megatec/bridges/exchange.hpp"
#include "drivers/megatec/bridges/packets.hpp"
#include "drivers/runtime/driver.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;

template <class Table>
bool contains(const Table& table, std::string_view word)
{
    return std::find(table.begin(), table.end(), word) != table.end();
}

constexpr std::uint8_t kEndpoint = 0x81;
constexpr std::size_t kPacket = 8;

std::string read_to_end(io::UsbTransfers& usb, const io::Limits& limits, const Deadline& deadline,
                        Leftovers& leftovers)
{
    AnswerText answer(limits);
    while (const auto packet = next_packet(usb, kEndpoint, kPacket, patience(answer, limits), deadline))
        if (answer.take(*packet)) {
            leftovers.none();
            break;
        }
    return std::move(answer).text();
}

class Phoenixtec final : public Bridge {
public:
    std::string exchange(io::UsbTransfers& usb, std::string_view command, const io::Limits& limits) override
    {
        static constexpr std::array<std::string_view, 13> kSilent{"T", "TL",  "S",    "C",  "CT",  "M",  "N",
                                                                  "O", "SRC", "FCLR", "SS", "TUD", "SSN"};
        const Deadline deadline(limits);
        leftovers_.clear(usb, kEndpoint, kPacket, deadline);
        leftovers_.expect();
        usb.control_out({.type = 0x42, .request = 0x0D, .value = 0, .index = 0}, command, time_for(deadline));
        const auto asked = without_end(command);
        const auto word = asked.substr(0, asked.find_first_of(".0123456789")); // S01R0003, T05
        if (contains(kSilent, word))
            return {};
        return read_to_end(usb, limits, deadline, leftovers_);
    }

private:
    Leftovers leftovers_;
};

class Fuji final : public Bridge {
public:
    std::string exchange(io::UsbTransfers& usb, std::string_view command, const io::Limits& limits) override
    {
        const auto asked = without_end(command);
        const auto frame = fuji_frame(asked);
        if (!frame)
            return std::string(asked);
        const Deadline deadline(limits);
        leftovers_.clear(usb, kEndpoint, kPacket, deadline);
        leftovers_.expect();
        usb.interrupt_out(0x02, *frame, time_for(deadline));
        return read_to_end(usb, limits, deadline, leftovers_);
    }

private:
    Leftovers leftovers_;
};

class Sgs final : public Bridge {
public:
    std::string exchange(io::UsbTransfers& usb, std::string_view command, const io::Limits& limits) override
    {
        const Deadline deadline(limits);
        leftovers_.clear(usb, kEndpoint, kPacket, deadline);
        leftovers_.expect();
        for (const auto& report : sgs_reports(command))
            usb.control_out(set_report(0x0200), report, time_for(deadline));
        AnswerText answer(limits);
        while (const auto packet = next_packet(usb, kEndpoint, kPacket, patience(answer, limits), deadline))
            if (answer.take(
                    sgs_payload(*packet))) { // many a firmware leaves out the CR: then silence ends it
                leftovers_.none();
                break;
            }
        return std::move(answer).text();
    }

private:
    Leftovers leftovers_;
};

class Armac final : public Bridge {
public:
    std::string exchange(io::UsbTransfers& usb, std::string_view command, const io::Limits& limits) override
    {
        // It is struck dumb by these.
        static constexpr std::array<std::string_view, 5> kNever{"QGS", "QS", "QPI", "M", "D"};
        if (contains(kNever, without_end(command)))
            return std::string(without_end(command));
        const Deadline deadline(limits);
        const bool large = usb.packet_size(0x82) == 64 && usb.packet_size(0x02) == 64;
        const std::uint8_t endpoint = large ? 0x82 : 0x81;
        const std::size_t size = large ? 64 : 8;
        drain(usb, endpoint, size, 10, deadline);
        if (large)
            usb.interrupt_out(0x02, armac_packet(command), time_for(deadline));
        else
            for (const auto& report : armac_reports(command))
                usb.control_out(set_report(0x0200), report, time_for(deadline));
        return read(usb, endpoint, size, limits, deadline);
    }

private:
    static std::string read(io::UsbTransfers& usb, std::uint8_t endpoint, std::size_t size,
                            const io::Limits& limits, const Deadline& deadline)
    {
        std::string raw;
        while (const auto packet = next_packet(usb, endpoint, size, limits.silence, deadline)) {
            const auto payload = armac_payload(*packet);
            raw += payload;
            if (raw.size() > limits.longest)
                throw DeviceError("an answer longer than allowed");
            if (payload.empty() || payload.find('\r') != payload.npos)
                break;
        }
        AnswerText answer(limits);
        answer.take(armac_answer(std::move(raw)).value_or(""));
        return std::move(answer).text();
    }
};

class Ablerex final : public Bridge {
public:
    std::string exchange(io::UsbTransfers& usb, std::string_view command, const io::Limits& limits) override
    {
        constexpr std::uint16_t kReport = 0x0305;
        constexpr std::size_t kSize = 47;
        const auto asked = without_end(command);
        const auto wanted = answer_length(asked);
        const Deadline deadline(limits);
        for (int attempt = 0; attempt < 3; ++attempt) {
            usb.control_out(set_report(kReport), ablerex_report(asked), time_for(deadline));
            std::this_thread::sleep_for(deadline.left(500ms)); // it says nothing of when it is done
            AnswerText answer(limits);
            answer.take(usb.control_in(get_report(kReport), kSize, time_for(deadline)));
            auto text = std::move(answer).text();
            if (wanted == 0 || text.size() + 1 == wanted)
                return text;
        }
        return {};
    }
};

} // namespace

std::unique_ptr<Bridge> phoenixtec_bridge(const BridgeOptions&) { return std::make_unique<Phoenixtec>(); }
std::unique_ptr<Bridge> fuji_bridge(const BridgeOptions&) { return std::make_unique<Fuji>(); }
std::unique_ptr<Bridge> sgs_bridge(const BridgeOptions&) { return std::make_unique<Sgs>(); }
std::unique_ptr<Bridge> ablerex_bridge(const BridgeOptions&) { return std::make_unique<Ablerex>(); }
std::unique_ptr<Bridge> armac_bridge(const BridgeOptions&) { return std::make_unique<Armac>(); }

} // namespace upright::megatec
