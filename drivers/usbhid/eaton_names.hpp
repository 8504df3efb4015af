// What Eaton and MGE call a UPS whose product and model texts are short for it.
#pragma once

#include <string>
#include <string_view>

namespace upright::usbhid {

// "Eaton 5P", "850" -> "5P 850". What is not known by another name is both texts with a blank between.
std::string eaton_name(std::string_view product, std::string_view model);

} // namespace upright::usbhid
