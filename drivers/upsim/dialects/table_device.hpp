// TableDevice: a UPS that keeps nothing besides its physics: a table of queries, the common actions, and its
// manners: what it says when it has obeyed, and to what it does not know.
#pragma once

#include "drivers/upsim/dialects/frame.hpp"

namespace upright::upsim {

struct Query {
    std::string_view command;
    std::string (*reply)(const Model& model, const Identity& identity);
};

struct Manners {
    std::string_view obeyed = {};  // nothing: silence
    std::string_view refused = {}; // nothing: the command comes back
};

class TableDevice final : public QxDevice {
public:
    // `queries` must live as long as the program.
    TableDevice(Identity identity, std::span<const Query> queries, Manners manners = {},
                bool (*obeys)(Model& model, std::string_view command) = obey);

    std::optional<std::string> answer(Model& model, std::string_view command) override;

private:
    Identity identity_;
    std::span<const Query> queries_;
    Manners manners_;
    bool (*obeys_)(Model& model, std::string_view command);
};

} // namespace upright::upsim
