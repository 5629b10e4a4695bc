using System.Diagnostics;

namespace ControlPlane.Testing.Hub;

/// <summary>The program <c>HubChild</c>, which lies beside the tests that refer to it: a crowd that comes again all at once.</summary>
public sealed class HubChildProcess : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(90);
    private readonly Process _process;

    private HubChildProcess(Process process) => _process = process;

    /// <summary>Returns when everybody is connected and has a snapshot. Outside, clients have machines of their own; here they give way to what is measured.</summary>
    public static async Task<HubChildProcess> StartAsync(Uri server, string token, int clients)
    {
        string[] command = ["-n", "10", "dotnet", Path.Combine(AppContext.BaseDirectory, "HubChild.dll"), server.ToString(), token, $"{clients}"];
        var child = new HubChildProcess(Process.Start(new ProcessStartInfo("nice", command) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
        await child.ReadAsync("there");
        return child;
    }

    /// <summary>Everybody goes and comes again, all at once; how long the last one took.</summary>
    public async Task<TimeSpan> ComeAgainAsync() => TimeSpan.FromMilliseconds(int.Parse((await AskAsync("again", "back"))[0], null));

    /// <summary>Returns when everybody has heard that the kill is engaged.</summary>
    public Task UntilEngagedAsync() => AskAsync("engaged", "engaged");

    /// <summary>How many missed a number, and how many were cut.</summary>
    public async Task<(int Faults, int Cut)> CheckAsync()
    {
        var words = await AskAsync("check", "check");
        return (int.Parse(words[0], null), int.Parse(words[1], null));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<string[]> AskAsync(string request, string answer)
    {
        await _process.StandardInput.WriteLineAsync(request);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync(answer);
    }

    private async Task<string[]> ReadAsync(string answer)
    {
        var words = (await _process.StandardOutput.ReadLineAsync().WaitAsync(s_timeout))?.Split(' ') ?? throw new IOException($"HubChild has ended where '{answer}' was due.");
        return words[0] == answer ? words[1..] : throw new InvalidDataException($"HubChild said '{words[0]}' where '{answer}' was due.");
    }
}
