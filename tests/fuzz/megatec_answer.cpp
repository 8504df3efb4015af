// Any bytes as the answer to any question of any dialect: what is read of them can be published, and no field
// is beyond what a UPS can measure.
#include "common/text/number.hpp"
#include "drivers/megatec/answer.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>

using namespace upright;
using namespace upright::megatec;
using fuzz::require;

namespace {

const std::vector<Dialect>& dialects()
{
    static const auto loaded = load_dialects({UPRIGHT_DEVICE_FILES});
    require(loaded.clean() && loaded.value.size() > 20);
    return loaded.value;
}

bool is_possible(const std::string& variable, const std::string& value)
{
    const auto number = to_double(value);
    const auto within = [&](double low, double high) {
        return !number || (*number >= low && *number <= high);
    };
    if (variable.ends_with("charge"))
        return within(0, 100);
    if (variable == "ups.load")
        return within(0, 300);
    if (variable.find("temperature") != variable.npos)
        return within(-60, 200);
    return value.find_first_of("\r\n") == value.npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2)
        return 0;
    const auto& dialect = dialects()[data[0] % dialects().size()];
    const auto& query = dialect.queries[data[1] % dialect.queries.size()];
    const std::string_view answer(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Words known{
        {"battery.voltage.nominal", "24"}, {"ups.power.nominal", "900"}, {"output.voltage", "230"}};
    const auto read = read_answer(query, answer, known, [](std::string_view) { return false; });
    if (!read)
        return 0;
    require(!(read->status.has("OL") && read->status.has("OB")));
    for (const auto& [variable, value] : read->values) {
        require(is_possible(variable, value));
        for (const char c : value)
            require(c >= 0x20 && c <= 0x7E);
    }
    return 0;
}
