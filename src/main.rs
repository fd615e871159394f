fn main() -> std::process::ExitCode {
    redtrail::cli::main()
}
