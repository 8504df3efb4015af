// SimulatedUps: one UPS: its name, its model, its clock. It owns them; how the outside sees it is the
// business of its kind, a PtyUps or a SocketUps. Single-threaded.
#pragma once

#include "common/asio/task_group.hpp"
#include "common/result.hpp"
#include "drivers/upsim/model.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsim {

// What is wrong with the line to the UPS, or (leap) with what it measures.
struct Fault {
    enum class Kind { none, garble, mute, slow, truncate, overlong, twice, nonnumeric, leap };
    Kind kind = Kind::none;
    std::optional<int> answers; // for so many of them
    std::optional<std::chrono::steady_clock::time_point> until;

    bool over(std::chrono::steady_clock::time_point now) const { return until && now >= *until; }
};

class SimulatedUps {
public:
    // `place`: where it is found, the link of its terminal or its socket.
    SimulatedUps(std::string name, std::string place, Rating rating, std::uint64_t seed, double time_scale);
    SimulatedUps(const SimulatedUps&) = delete;
    SimulatedUps& operator=(const SimulatedUps&) = delete;
    virtual ~SimulatedUps() = default;

    virtual Result<void> open() = 0;  // makes the place
    virtual void start(TaskGroup&) {} // what it does while the loop runs

    // The model as it is now. Real time since the start counts `time_scale` times.
    Model& model();
    // Something was done to the model: whoever listens hears of it at once.
    virtual void changed() {}

    // Actions of its kind beside those that every simulated UPS has; nothing if it knows no such action.
    virtual std::optional<Result<std::string>> own_action(std::string_view /*action*/)
    {
        return std::nullopt;
    }

    virtual Result<void> set_fault(Fault fault) = 0; // refused if this kind has no such fault
    const Fault& fault() const noexcept { return fault_; }
    virtual Result<void> drop() = 0; // pulls the cable, and puts it in again

    const std::string& name() const noexcept { return name_; }
    const std::string& place() const noexcept { return place_; }
    long questions() const noexcept { return questions_; }

protected:
    void set_place(std::string place) { place_ = std::move(place); } // once it is known

    Fault fault_;
    long questions_ = 0;

private:
    std::string name_;
    std::string place_;
    Model model_;
    double time_scale_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

using Fleet = std::vector<std::unique_ptr<SimulatedUps>>;

} // namespace upright::upsim
