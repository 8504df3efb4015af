// Heard: a Follower with its own loop, and what it told its Listener, line by line.
#pragma once

#include "common/asio/task_group.hpp"
#include "common/client/follower.hpp"
#include "tests/support/process.hpp"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace upright::test {

class Heard final : public Follower::Listener {
public:
    explicit Heard(Follower::Settings settings) : follower_(io_.get_executor(), std::move(settings), *this)
    {
        tasks_.spawn("follow", follower_.run());
    }
    ~Heard()
    {
        tasks_.cancel();
        io_.run();
    }

    // Lets it work until it has told that, too; then forgets all up to there.
    bool hears(const std::string& line)
    {
        return eventually([&] {
            io_.restart();
            io_.run_for(2ms);
            const auto it = std::find(lines_.begin(), lines_.end(), line);
            if (it == lines_.end())
                return false;
            lines_.erase(lines_.begin(), it + 1);
            return true;
        });
    }
    const std::vector<std::string>& lines() const { return lines_; }
    const Follower::Mirror& upses() const { return follower_.upses(); }
    bool ends() // when it is cancelled
    {
        tasks_.cancel();
        return eventually([&] {
            io_.restart();
            io_.run_for(2ms);
            return tasks_.empty();
        });
    }

private:
    void connected(bool pushed) override { lines_.emplace_back(pushed ? "connected" : "polling"); }
    void changed(const std::string& ups, const Change& change) override
    {
        if (const auto* const set = std::get_if<SetValue>(&change))
            lines_.push_back(fmt::format("{} {}={}", ups, set->variable, set->value));
        else
            lines_.push_back(fmt::format("{} -{}", ups, std::get<RemoveVariable>(change).variable));
    }
    void availability(const std::string& ups, std::optional<Errc> why_not) override
    {
        lines_.push_back(fmt::format("{} {}", ups, why_not ? make_error_code(*why_not).message() : "ok"));
    }
    void gone(const std::string& ups) override { lines_.push_back(ups + " gone"); }
    void lost(const Error&) override { lines_.emplace_back("lost"); }

    boost::asio::io_context io_;
    TaskGroup tasks_{io_.get_executor()};
    std::vector<std::string> lines_;
    Follower follower_;
};

} // namespace upright::test
