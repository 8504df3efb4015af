// DriverTraps: our driver as a process, with a client on its socket.
#pragma once

#include "tests/e2e/site.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace upright::test {

class DriverTraps : public testing::Test {
protected:
    void start(std::string_view more = "")
    {
        site.ups_conf(Site::dummy("one", more));
        driver = site.driver("one");
        client = site.socket("one");
    }
    std::vector<std::string> dump()
    {
        client->send("DUMPALL\n");
        return client->until("DUMPDONE");
    }
    // The code of a command or setting.
    std::string code(const std::string& request)
    {
        client->send(request + " TRACKING id-1\n");
        const auto answer = hears(*client, "TRACKING id-1 ");
        return answer.substr(answer.find_last_of(' ') + 1);
    }
    bool publishes(std::string_view line)
    {
        return eventually([&] {
            const auto lines = dump();
            return std::find(lines.begin(), lines.end(), line) != lines.end();
        });
    }
    bool logs(std::string_view text)
    {
        return eventually([&] { return driver->err().find(text) != std::string::npos; });
    }

    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<RawClient> client;
};

} // namespace upright::test
