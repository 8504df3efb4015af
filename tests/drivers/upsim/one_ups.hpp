// One UPS of a dialect for a test: its model stands still, at second 0 of seed 7.
#pragma once

#include "drivers/upsim/dialects/qx_device.hpp"

#include <memory>
#include <string>

namespace upright::upsim {

struct OneUps {
    explicit OneUps(std::string_view dialect, Rating rating = {})
        : model(rating, 7), device(make_device(dialect, {}))
    {
        model.set_load(30);
    }

    std::string ask(std::string_view command)
    {
        model.advance(model.now());
        return device->answer(model, command).value_or("<silence>");
    }

    Model model;
    std::unique_ptr<QxDevice> device;
};

} // namespace upright::upsim
