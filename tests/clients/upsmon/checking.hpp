// A folder with an upsmon.conf that has nothing wrong in it, for tests of --check to spoil.
#pragma once

#include "clients/upsmon/check.hpp"
#include "tests/support/process.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace upright::upsmon {

class Checking {
public:
    // Whatever nutauth.conf this account has is none of the tests' business.
    Checking() { ::setenv("NUT_AUTHCONF_FILE", scratch.write("nutauth.conf", "").c_str(), 1); } // NOLINT
    Checking(const Checking&) = delete;
    Checking& operator=(const Checking&) = delete;
    ~Checking() { ::unsetenv("NUT_AUTHCONF_FILE"); } // NOLINT(concurrency-mt-unsafe)

    static constexpr auto kMonitor = "MONITOR desk@localhost 1 mon secret primary\n";
    static constexpr auto kCommand = "SHUTDOWNCMD /bin/true\n";

    // What is printed for a file of that text, without the folder's name and, unless all is wanted, without
    // lines and carets.
    std::vector<std::string> check(const std::string& text, bool all = false)
    {
        const auto path = scratch.write("upsmon.conf", text);
        ::chmod(path.c_str(), mode);
        auto* const out = std::fopen(scratch.file("out").c_str(), "w");
        Options options;
        options.config = path;
        code = upsmon::check(options, out);
        std::fclose(out);
        std::vector<std::string> lines;
        std::istringstream in(scratch.read("out"));
        for (std::string line; std::getline(in, line);) {
            const bool problem = line.starts_with(path);
            for (auto at = line.find(scratch.path()); at != line.npos; at = line.find(scratch.path()))
                line.erase(at, scratch.path().size() + 1);
            if (problem)
                line.erase(0, std::string("upsmon.conf:").size());
            if (problem || all)
                lines.push_back(line);
        }
        return lines;
    }
    // The same behind a MONITOR line and a SHUTDOWNCMD, so that numbers of lines begin at 3.
    std::vector<std::string> check_more(const std::string& text)
    {
        return check(std::string(kMonitor) + kCommand + text);
    }

    test::Scratch scratch;
    mode_t mode = 0640;
    int code = -1;
};

} // namespace upright::upsmon
