#include "drivers/upsim/ups_conf.hpp"

#include "common/wire/quote.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace upright::upsim {
namespace {

constexpr std::string_view kFirstLine = "# Written by upsim; the next start writes it anew.";

std::string ups_conf(const RunOptions& options)
{
    const auto folder = std::filesystem::absolute(options.sockets).string();
    auto text = fmt::format("{}\nstatepath = {}\n", kFirstLine, upright::quoted(folder));
    for (int i = 1; i <= options.count; ++i)
        text += fmt::format("\n[ups{}]\ndriver = {}\nport = upsim\ndesc = \"simulated UPS {}\"\n", i,
                            options.driver, i);
    return text;
}

} // namespace

Result<void> write_ups_conf(const RunOptions& options)
{
    const auto& path = options.ups_conf;
    if (std::filesystem::exists(path)) {
        std::string first;
        std::ifstream old(path);
        std::getline(old, first);
        if (first != kFirstLine)
            return Error{Errc::bad_config, path + " was not written by upsim: it stays as it is"};
    }
    std::ofstream file(path, std::ios::trunc);
    file << ups_conf(options);
    file.close();
    if (!file)
        return system_error("Can't write " + path);
    return {};
}

} // namespace upright::upsim
