# What every target shares: warnings, hardening, the precompiled header, and where programs land.
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3 REQUIRED)
pkg_check_modules(LIBCRYPT REQUIRED IMPORTED_TARGET libcrypt)
pkg_check_modules(LIBSYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

option(UPRIGHT_PCH "Precompile the heavy system headers" ON)

add_library(upright_warnings INTERFACE)
target_compile_options(upright_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wsign-conversion -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 raises these on std::string, std::optional and coroutine frames once it optimises (GCC bugs 105329,
  # 105562, 105651, 80635); clang and the sanitizer builds watch for the real thing.
  target_compile_options(upright_warnings INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-maybe-uninitialized
    -Wno-restrict -Wno-mismatched-new-delete)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(upright_warnings INTERFACE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  target_link_options(upright_warnings INTERFACE -Wl,-z,relro,-z,now)
  # Without what nobody calls, a quarter of each program: it would lie in memory, too.
  target_compile_options(upright_warnings INTERFACE -ffunction-sections -fdata-sections)
  target_link_options(upright_warnings INTERFACE -Wl,--gc-sections)
endif()

# The build tree mirrors the installed tree (bin, sbin, libexec/upright, share/upright), so programs find
# their drivers and device files the same way in both: relative to their own executable.
set(UPRIGHT_STAGE "${CMAKE_BINARY_DIR}")

# upright_library(<folder name> SOURCES … PUBLIC … PRIVATE …)
function(upright_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(upright_${name} STATIC ${ARG_SOURCES})
  target_include_directories(upright_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(upright_${name} PUBLIC ${ARG_PUBLIC} PRIVATE upright_warnings ${ARG_PRIVATE})
  if(UPRIGHT_PCH AND NOT name STREQUAL "asio_impl")
    target_precompile_headers(upright_${name} REUSE_FROM upright_pch)
  endif()
endfunction()

# upright_program(<name> <bin|sbin|libexec/upright> SOURCES … LINK …)
function(upright_program name place)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE upright_warnings ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${UPRIGHT_STAGE}/${place}")
  if(UPRIGHT_PCH)
    target_precompile_headers(${name} REUSE_FROM upright_pch)
  endif()
  install(TARGETS ${name} RUNTIME DESTINATION ${place})
endfunction()
