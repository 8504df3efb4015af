// SnmpUps: a UPS or PDU behind an SNMP agent of its own: of a profile, or as it was recorded. It owns the
// agent, its objects, and what is wrong with it.
#pragma once

#include "drivers/upsim/simulated_ups.hpp"
#include "drivers/upsim/snmp/agent.hpp"
#include "drivers/upsim/snmp/binding.hpp"
#include "drivers/upsim/snmp/notifications.hpp"
#include "drivers/upsim/snmp/options.hpp"
#include "drivers/upsim/snmp/recording.hpp"

#include <deque>

namespace upright::upsim::snmp {

class SnmpUps final : public SimulatedUps {
public:
    SnmpUps(const boost::asio::any_io_executor& executor, std::string name, const Options& options,
            Rating rating, double time_scale);

    Result<void> open() override;
    void start(TaskGroup& tasks) override;
    void changed() override;
    std::optional<Result<std::string>> own_action(std::string_view action) override;
    Result<void> set_fault(Fault fault) override;
    Result<void> drop() override;

private:
    struct Counters {
        long requests = 0;
        long variables = 0;
        long answers = 0;
    };
    using Act = Result<std::string> (SnmpUps::*)(std::string_view rest);

    void become(const Profile& profile);
    void become(Recording recording);
    Result<void> become_what_was_asked_for();
    Result<Access> access() const;           // with all users
    void add(const Oid& oid, Object object); // what is written to it is remembered
    State state() { return {model_, settings_}; }
    void look(); // everything as it is now; who wants to hear of changes does
    boost::asio::awaitable<Result<void>> keep_looking();

    std::optional<Response> respond(const Request& request);

    Result<std::string> truth(std::string_view rest);
    Result<std::string> writes(std::string_view rest);
    Result<std::string> forget(std::string_view rest);
    Result<std::string> counters(std::string_view rest);
    Result<std::string> engine(std::string_view rest);
    Result<std::string> alarm(std::string_view rest);
    Result<std::string> delay(std::string_view rest);
    Result<std::string> mute(std::string_view rest);
    Result<std::string> too_big(std::string_view rest);
    Result<std::string> missing(std::string_view rest);
    Result<std::string> wrong_type(std::string_view rest);
    Result<std::string> freeze(std::string_view rest);
    Result<std::string> read_only(std::string_view rest);
    Result<std::string> no_fault(std::string_view rest);

    boost::asio::any_io_executor executor_;
    Options options_;
    Model& model_;
    Settings settings_;
    const Profile* profile_ = nullptr;
    std::vector<Row> rows_;
    Tree tree_;
    Faults faults_;
    Counters counters_;
    std::deque<std::string> writes_;
    std::unique_ptr<Sessions> sessions_;
    std::unique_ptr<Agent> agent_;
    std::vector<Event> events_;
    Watch watch_;
    std::unique_ptr<Notifications> notifications_;
};

} // namespace upright::upsim::snmp
