using System.Runtime.InteropServices;
using System.Text.Json;

namespace ControlPlane.ProviderSimulator;

/// <summary>The program: reads its arguments, plays the providers until Ctrl-C or SIGTERM.</summary>
internal static class SimulatorCommand
{
    private const int WrongUsage = 2;
    private const int CannotStart = 1;

    private const string Usage = """
        Plays the providers of the catalogue on loopback.

          --port N       port to listen on, 0 for any free one (default 5090)
          --tls-port N   also listen with certificates a client must refuse: untrusted on N, expired on N+1,
                         wrong host on N+2; 0 for any free ones
          --root P=N     provider P also listens on port N without its id in the path, for clients that drop a path
          --keys FILE    keys to begin with: { "polygon": [ { "values": { "POLYGON_API_KEY": "..." }, "state": "active" } ] }
          --market SEED  put a market behind the data, broker and language model that bots trade with; the same seed
                         gives the same prices
          --help         this text

        Providers answer at http://127.0.0.1:PORT/{provider}; keys, faults, the market and the record of requests are
        under /_control.
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args.Contains("--help", StringComparer.Ordinal))
        {
            await output.WriteLineAsync(Usage);
            return 0;
        }

        if (Parse(args, out var problem) is not { } options)
        {
            await error.WriteLineAsync($"{problem}{Environment.NewLine}{Usage}");
            return WrongUsage;
        }

        try
        {
            return await PlayAsync(options, output);
        }
        catch (Exception exception) when (exception is ScriptException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(exception.Message);
            return CannotStart;
        }
    }

    private static async Task<int> PlayAsync(SimulatorOptions options, TextWriter output)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        await using var host = await SimulatorHost.StartAsync(options);
        await output.WriteLineAsync($"listening on {host.Address}");
        foreach (var (fault, address) in host.TlsAddresses)
            await output.WriteLineAsync($"certificate {JsonNamingPolicy.SnakeCaseLower.ConvertName($"{fault}")} on {address}");
        foreach (var (provider, address) in host.RootAddresses)
            await output.WriteLineAsync($"{provider} alone on {address}");
        await output.FlushAsync();

        await asked.Task;
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            asked.TrySetResult();
        }
    }

    private static SimulatorOptions? Parse(string[] args, out string problem)
    {
        var options = new SimulatorOptions { Port = SimulatorOptions.DefaultPort, LogToConsole = true };
        problem = "";
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            var next = (args[i], value) switch
            {
                ("--port", { } text) when Port(text) is { } port => options with { Port = port },
                ("--tls-port", { } text) when Port(text) is { } port => options with { TlsPort = port },
                ("--root", { } text) when text.Split('=') is [{ Length: > 0 } provider, var number] && Port(number) is { } port =>
                    options with { Roots = new Dictionary<string, int>(options.Roots) { [provider] = port } },
                ("--keys", { Length: > 0 } file) => options with { KeysFile = file },
                ("--market", { } text) when ulong.TryParse(text, out var seed) => options with { Market = new MarketOptions { Seed = seed } },
                _ => null,
            };
            if (next is null)
            {
                problem = $"{args[i]}: not an option, or its value is missing or wrong.";
                return null;
            }

            options = next;
        }

        return options;
    }

    private static int? Port(string text) => int.TryParse(text, out var port) && port is >= 0 and <= 65535 ? port : null;
}
