// Masterguard series A: one of several on a line, each with an address of two digits; the battery in volts
// per cell.
#include "drivers/upsim/dialects/frame.hpp"
#include "drivers/upsim/dialects/makers.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace upright::upsim {
namespace {

// mmm:ss
std::string minutes_seconds(double seconds)
{
    const int whole = static_cast<int>(std::min(seconds, 59999.0));
    return fmt::format("{:03}:{:02}", whole / 60, whole % 60);
}

class Masterguard final : public QxDevice {
public:
    explicit Masterguard(Identity identity) : identity_(std::move(identity)) {}

    std::optional<std::string> answer(Model& model, std::string_view command) override
    {
        if (nominal_ == 0)
            nominal_ = static_cast<int>(std::lround(model.rating().volts));
        if (const auto reply = queried(model, command); !reply.empty())
            return reply + '\r';
        if (const auto reply = addressed(model, command))
            return reply->empty() ? std::nullopt : std::optional(*reply + '\r');
        return obeyed(model, command) ? std::nullopt : std::optional<std::string>("NAK\r");
    }

private:
    std::string queried(const Model& model, std::string_view command) const
    {
        if (command == "WH")
            return who(model.rating());
        if (command == "Q3")
            return status(model);
        if (command == "MSO")
            return "(220 230 240";
        return command == "PNV" ? fmt::format("(PNV {:03}", nominal_) : "";
    }

    // (address firmware firmware model volts Hz cells volts runtime runtime hours limits
    std::string who(const Rating& rating) const
    {
        const auto name = fmt::format("A {:>4.0f}-19", rating.watts);
        return fmt::format(
            "({:02} 05.00 05.00 {:<30.30}   {} {} {} 02.00 {} {} 008 00 40 {} {} {} {}", address_, name,
            field(nominal_, 3, 0), field(rating.frequency, 5, 2), field(rating.battery_volts / 2, 3, 0),
            minutes_seconds(rating.capacity_wh / rating.watts * 2 * 3600),
            minutes_seconds(rating.capacity_wh / rating.watts * 3600),
            field(rating.lowest_volts * rating.volts, 3, 0), field(rating.highest_volts * rating.volts, 3, 0),
            field(rating.frequency * 0.96, 5, 2), field(rating.frequency * 1.04, 5, 2));
    }

    // (address input fault output load Hz volts-per-cell temperature runtime charge bits and more of them
    std::string status(const Model& model) const
    {
        return fmt::format("({:02} {} {} {} {} {} {} {} {} {} {} {}", address_,
                           field(model.input_volts(), 5, 1), field(model.fault_volts(), 5, 1),
                           field(model.output_volts(), 5, 1), field(model.load_percent(), 3, 0),
                           field(model.frequency(), 4, 1), field(model.battery_volts() / cells(model), 5, 2),
                           field(model.temperature(), 4, 1), minutes_seconds(model.runtime_left()),
                           field(model.charge_percent(), 3, 0), status_bits(model, Kind::on_line),
                           faults(model));
    }

    // Reserved, parallel problems, part of a set, battery to be replaced, no battery; then how the last test
    // went: 000 none, 001 in progress, 011 failed.
    static std::string faults(const Model& model)
    {
        if (model.testing())
            return "00000001";
        return model.test_failed() ? "00010011" : "00000000";
    }

    // Commands that end with the address; what is for another is none of our business: silence.
    std::optional<std::string> addressed(Model& model, std::string_view command)
    {
        const auto comma = command.find(',');
        if (comma == command.npos)
            return std::nullopt;
        const auto whose = command.substr(comma + 1);
        if (whose != fmt::format("{:02}", address_))
            return std::string{};
        const auto what = command.substr(0, comma);
        if (const auto reply = asked(model, what); !reply.empty())
            return reply;
        if (set(model, what))
            return std::string{};
        return "NAK";
    }

    std::string asked(const Model& model, std::string_view what) const
    {
        const auto start = fmt::format("({:02} ", address_);
        if (what == "GS")
            return fmt::format("{}{:02} {} {}", start, address_, packs_, model.beeper() ? 1 : 0);
        if (what == "GBS")
            return fmt::format("{}{} {} 1.00 {} 100 00.00", start, field(model.charge_percent(), 3, 0),
                               "000000000", "000000000");
        if (what == "GSN")
            return fmt::format("{}000 {:<11.11} {:.4}", start, "6SB1-230", identity_.serial + "0000");
        if (what == "DRC")
            return start + uptime(model.now() + hours_ * 3600.0);
        if (what != "FLT")
            return {};
        const std::string none = "0 0000:00:00:00     ";
        return start + none + ' ' + none + ' ' + none + ' ' + none + ' ' + none;
    }

    // days:hours:minutes:seconds
    static std::string uptime(double seconds)
    {
        const auto whole = static_cast<long>(seconds);
        return fmt::format("{:04}:{:02}:{:02}:{:02}", whole / 86400 % 10000, whole / 3600 % 24,
                           whole / 60 % 60, whole % 60);
    }

    // SS<address 2><packs><beeper>, - for what stays; SRC<uptime>; TUD; FCLR.
    bool set(Model& model, std::string_view what)
    {
        if (what == "TUD")
            model.start_test(Test::until_low, 1e9);
        else if (what == "FCLR")
            return true;
        else if (what.starts_with("SRC"))
            return set_uptime(model, what.substr(3));
        else
            return set_settings(model, what);
        return true;
    }

    bool set_settings(Model& model, std::string_view what)
    {
        if (what.size() != 6 || !what.starts_with("SS"))
            return false;
        if (all_digits(what.substr(2, 2)))
            address_ = to_int(what.substr(2, 2)).value_or(0);
        if (all_digits(what.substr(4, 1)))
            packs_ = what[4] - '0';
        if (all_digits(what.substr(5, 1)) && model.beeper() != (what[5] == '1'))
            model.toggle_beeper();
        return true;
    }

    bool set_uptime(const Model& model, std::string_view text)
    {
        if (text.size() != 13 || !all_digits(text.substr(0, 4)) || !all_digits(text.substr(5, 2)))
            return false;
        const double hours =
            24.0 * to_int(text.substr(0, 4)).value_or(0) + to_int(text.substr(5, 2)).value_or(0);
        hours_ = hours - model.now() / 3600;
        return true;
    }

    bool obeyed(Model& model, std::string_view command)
    {
        if (command == "FON" || command == "FOFF")
            return true; // there is no bypass to go to
        if (command.size() == 7 && command.starts_with("PNV=") && all_digits(command.substr(4))) {
            const int volts = to_int(command.substr(4)).value_or(0);
            const bool known = volts == 220 || volts == 230 || volts == 240;
            nominal_ = known ? volts : nominal_;
            return known;
        }
        return command != "Q" && obey(model, command);
    }

    Identity identity_;
    int address_ = 0;
    int packs_ = 1;
    int nominal_ = 0;
    double hours_ = 0; // since it was made
};

} // namespace

std::unique_ptr<QxDevice> make_masterguard(std::string_view, const Identity& identity)
{
    return std::make_unique<Masterguard>(identity);
}

} // namespace upright::upsim
