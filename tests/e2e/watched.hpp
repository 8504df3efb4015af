// Watched: a test whose site has upsd and UPSes whose status the test sets, for upsmons to watch.
#pragma once

#include "tests/e2e/guard.hpp"
#include "tests/e2e/site.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <set>

namespace upright::test {

class Watched : public testing::Test {
protected:
    Watched()
    {
        site.scratch.write("upsd.users", "[admin]\npassword = pw\nactions = SET\n"
                                         "[mon]\npassword = pw\nupsmon primary\n"
                                         "[second]\npassword = pw\nupsmon secondary\n");
    }

    // Drivers of these UPSes, all on line, and upsd.
    void serve(const std::vector<std::string>& upses = {"u"}, const std::string& upsd_conf = "")
    {
        define(upses);
        for (const auto& ups : upses)
            drivers[ups] = site.driver(ups);
        site.upsd_conf(upsd_conf);
        upsd = site.upsd();
        for (const auto& ups : upses)
            ASSERT_TRUE(site.has_status(ups, "OL"));
    }
    void define(const std::vector<std::string>& upses) const
    {
        std::string sections;
        for (const auto& ups : upses) {
            site.scratch.write(ups + ".dev", "ups.status: OL\nups.alarm: Fan\nbattery.charge: 90\n"
                                             "battery.runtime: 3600\n");
            sections += Site::dummy(ups, "", ups + ".dev");
        }
        site.ups_conf(sections);
    }
    void set(const std::string& ups, const std::string& variable, const std::string& value) const
    {
        const auto client = site.client();
        client->ask("USERNAME admin");
        client->ask("PASSWORD pw");
        const auto request = fmt::format("SET VAR {} {} \"{}\"", ups, variable, value);
        EXPECT_TRUE(eventually([&] { return client->ask(request) == "OK"; })) << client->ask(request);
    }
    void set_status(const std::string& words, const std::string& ups = "u") const
    {
        set(ups, "ups.status", words);
        EXPECT_TRUE(eventually([&] {
            return site.ask("GET VAR " + ups + " ups.status").ends_with(words + "\"");
        })) << site.ask("GET VAR " + ups + " ups.status");
    }
    bool has_logins(int count, const std::string& ups = "u") const
    {
        return site.answers("GET NUMLOGINS " + ups, fmt::format("NUMLOGINS {} {}", ups, count));
    }
    void lose_server() const { upsd->signal(SIGKILL); }

    std::unique_ptr<Guard> guard(Guard::Wish wish = {}) const
    {
        return std::make_unique<Guard>(site.port, std::move(wish));
    }
    std::unique_ptr<Guard> guard(const std::string& monitor, const std::string& more = "") const
    {
        Guard::Wish wish;
        wish.monitor = monitor;
        wish.more = more;
        return guard(std::move(wish));
    }

    Site site;
    std::map<std::string, std::unique_ptr<Process>> drivers;
    std::unique_ptr<Process> upsd;
};

// Of several guards of one server the first have shut down; then the others had as much time for it.
inline void expect_not_shut_down(Guard& guard)
{
    EXPECT_EQ(guard.stop(), 0) << guard.process->err();
    EXPECT_EQ(guard.count("shut down"), 0) << testing::PrintToString(guard.journal()) << guard.process->err();
    EXPECT_EQ(guard.count("SHUTDOWN"), 0) << testing::PrintToString(guard.journal());
}

} // namespace upright::test
