// The nearest kin of Megatec: the same frames, asked for by other words, and other manners.
#include "drivers/upsim/dialects/makers.hpp"
#include "drivers/upsim/dialects/table_device.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::upsim {
namespace {

std::string status(const Model& model, const Identity&)
{
    return status_frame(model, Kind::line_interactive);
}

std::string on_line_status(const Model& model, const Identity&) { return status_frame(model, Kind::on_line); }

std::string ratings(const Model& model, const Identity&) { return ratings_frame(model); }

std::string identity(const Model&, const Identity& who) { return identity_frame(who); }

std::string charge(const Model& model, const Identity&)
{
    return fmt::format("BL{}\r", field(model.charge_percent(), 3, 0));
}

std::string protocol_98(const Model&, const Identity&) { return "(PI98\r"; }

bool obey_98(Model& model, std::string_view command)
{
    return obey_short_test(model, command) || obey(model, command);
}

constexpr std::array kMegatec{Query{"Q1", status}, Query{"F", ratings}, Query{"I", identity}};
constexpr std::array kMegatecOld{Query{"D", status}, Query{"F", ratings}, Query{"I", identity}};
constexpr std::array kMustek{Query{"QS", status}, Query{"F", ratings}, Query{"I", identity}};
constexpr std::array kQ1{Query{"Q1", status}};
constexpr std::array kZinto{Query{"Q1", status}, Query{"F", ratings}, Query{"FW?", identity}};
constexpr std::array kHunnox{Query{"Q1", status}, Query{"F", ratings}, Query{"FW?", identity},
                             Query{"BL", charge}};
constexpr std::array kMecer{Query{"Q1", on_line_status}, Query{"F", ratings}, Query{"I", identity},
                            Query{"QPI", protocol_98}};
constexpr std::array kInnovatae{Query{"Q1", on_line_status}, Query{"F", ratings}, Query{"I", identity}};

struct Kin {
    std::string_view name;
    std::span<const Query> queries;
    Manners manners = {};
    bool (*obeys)(Model& model, std::string_view command) = obey;
};

// clang-format off
constexpr std::array kKin{
    Kin{"megatec",     kMegatec},
    Kin{"megatec-old", kMegatecOld},
    Kin{"mustek",      kMustek},
    Kin{"q1",          kQ1},
    Kin{"zinto",       kZinto},
    Kin{"hunnox",      kHunnox,    {.obeyed = {}, .refused = "UPS No Ack"}},
    Kin{"mecer",       kMecer,     {.obeyed = "(ACK", .refused = "(NAK"}, obey_98},
    Kin{"innovatae",   kInnovatae, {.obeyed = "ACK", .refused = "NAK"}},
};
// clang-format on

} // namespace

std::unique_ptr<QxDevice> make_q1_kin(std::string_view dialect, const Identity& identity)
{
    for (const auto& kin : kKin)
        if (kin.name == dialect)
            return std::make_unique<TableDevice>(identity, kin.queries, kin.manners, kin.obeys);
    return nullptr;
}

} // namespace upright::upsim
