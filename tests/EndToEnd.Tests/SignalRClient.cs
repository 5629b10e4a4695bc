using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The official JavaScript client of SignalR in a process of its own; it prints what it hears.</summary>
internal sealed class SignalRClient : IAsyncDisposable
{
    private static readonly SemaphoreSlim s_installing = new(1, 1);
    private static readonly string s_folder = FindFolder();
    private readonly Process _process;
    private readonly List<(string Word, JsonNode Body)> _heard = [];

    private SignalRClient(Process process) => _process = process;

    /// <summary>Everything it has heard so far, in order.</summary>
    public IReadOnlyList<(string Word, JsonNode Body)> Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    /// <param name="direct">Straight to the WebSocket, without negotiating.</param>
    public static async Task<SignalRClient> StartAsync(Uri address, string token, int seconds, bool direct = false)
    {
        await InstallAsync();
        var info = new ProcessStartInfo("node", ["client.mjs", address.ToString(), token, seconds.ToString(), direct ? "direct" : "negotiate"])
        {
            WorkingDirectory = s_folder,
            RedirectStandardOutput = true,
        };
        var client = new SignalRClient(Process.Start(info)!);
        client._process.OutputDataReceived += (_, e) => client.Take(e.Data);
        client._process.BeginOutputReadLine();
        return client;
    }

    /// <summary>Waits for a message that fits; a busy machine may take its time.</summary>
    public async Task<JsonNode> WaitForAsync(string word, Func<JsonNode, bool>? fits = null)
    {
        var end = Stopwatch.StartNew();
        while (end.Elapsed < TimeSpan.FromSeconds(60))
        {
            foreach (var (heard, body) in Heard)
            {
                if (heard == word && (fits is null || fits(body))) return body;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"No such message '{word}' came. Heard: {string.Join(", ", Heard.Select(h => h.Word))}");
        return null!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null || JsonNode.Parse(line) is not { } message) return;
        lock (_heard) _heard.Add((message["word"]!.GetValue<string>(), message["body"]!));
    }

    private static async Task InstallAsync()
    {
        await s_installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(s_folder, "node_modules"))) return;
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = s_folder, RedirectStandardOutput = true })!;
            await npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync();
            Assert.True(npm.ExitCode == 0, "npm could not install the client of the hub; these tests need node and npm.");
        }
        finally
        {
            s_installing.Release();
        }
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ControlPlane.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "tests", "EndToEnd.Tests", "SignalRClient");
    }
}
