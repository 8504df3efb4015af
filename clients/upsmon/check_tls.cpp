#include "clients/upsmon/check_tls.hpp"

#include "clients/upsmon/check_settings.hpp"
#include "clients/upsmon/link_settings.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <cerrno>
#include <set>
#include <system_error>
#include <unistd.h>

namespace upright::upsmon {
namespace {

class Tls {
public:
    Tls(const Document& document, const Config& config) : document_(document), config_(config) {}

    std::vector<Diagnostic> check() &&
    {
        for (const auto& [name, path] :
             {std::pair{"CERTPATH", config_.cert_path}, std::pair{"CERTFILE", config_.cert_file}})
            if (const auto* const line = last_line(document_, name);
                path && line != nullptr && ::access(path->c_str(), F_OK) != 0)
                complain(line, std::generic_category().message(errno));
        std::set<std::string, CaseLess> hosts;
        for (std::size_t i = 0; problems_.empty() && i < config_.accounts.size(); ++i)
            if (hosts.insert(config_.accounts[i].where.server.host).second)
                check_feed(i);
        return std::move(problems_);
    }

private:
    void check_feed(std::size_t feed)
    {
        const auto& host = config_.accounts[feed].where.server.host;
        const auto link = link_of(config_, feed);
        if (!link)
            return complain(to_blame(host, false), to_string(link.error()));
        const auto context = tls::client_context(link->tls, host);
        if (!context)
            complain(to_blame(host, true),
                     fmt::format("UPS [{}]: {}", escaped(config_.policy.feeds[feed].system),
                                 to_string(context.error())));
    }

    // The line that is wrong most likely.
    const Statement* to_blame(const std::string& host, bool files) const
    {
        for (const auto& statement : document_.statements)
            if (statement.words[0].text == "CERTHOST" && statement.words.size() > 4
                && equal_ignoring_case(statement.words[1].text, host))
                return &statement;
        for (const auto* const name : {"CERTPATH", "CERTFILE"})
            if (const auto* const line = last_line(document_, name); line != nullptr && files)
                return line;
        return last_line(document_, "CERTVERIFY");
    }

    void complain(const Statement* line, std::string text)
    {
        if (line != nullptr)
            problems_.push_back(problem_at(document_, line->words[1], std::move(text)));
        else
            problems_.push_back({document_.file, 0, 0, std::move(text), Severity::error});
    }

    const Document& document_;
    const Config& config_;
    std::vector<Diagnostic> problems_;
};

} // namespace

std::vector<Diagnostic> check_tls(const Document& document, const Config& config)
{
    return Tls(document, config).check();
}

Result<Link::Settings> link_of(const Config& config, std::size_t feed, AddressFamily family)
{
    Config one = config;
    one.policy.feeds = {config.policy.feeds[feed]};
    one.accounts = {config.accounts[feed]};
    auto settings = link_settings(one, std::chrono::seconds(2), family);
    if (!settings)
        return settings.error();
    return std::move(settings->front());
}

} // namespace upright::upsmon
