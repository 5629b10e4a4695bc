using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A bot made of the providers' official clients, in a process of its own that is given the gateway's address and one token, and nothing else.</summary>
internal sealed class SdkBot : IAsyncDisposable
{
    private static readonly SemaphoreSlim s_installing = new(1, 1);
    private static readonly string s_folder = FindFolder();
    private readonly Process _process;
    private readonly Task<string> _errors;

    private SdkBot(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>Node and npm are there.</summary>
    public static bool Installable => OnPath("node") && OnPath("npm");

    public static async Task<SdkBot> StartAsync(Uri gateway, string token)
    {
        await InstallAsync();
        var info = new ProcessStartInfo("node", ["bot.mjs", gateway.AbsoluteUri.TrimEnd('/'), token])
        {
            WorkingDirectory = s_folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(k => k is not ("PATH" or "HOME" or "LANG" or "TMPDIR")).ToArray()) info.Environment.Remove(name);
        return new(Process.Start(info)!);
    }

    /// <returns>What the client gave back; an error as <c>name status: message</c>.</returns>
    public async Task<(string? Ok, string? Error)> DoAsync(string verb, string at, string? id = null)
    {
        var line = await AskAsync(new JsonObject { ["do"] = verb, ["at"] = at, ["id"] = id });
        return line["error"] is { } error ? (null, $"{error["name"]} {error["status"]}: {error["message"]}") : ($"{line["ok"]}", null);
    }

    /// <summary>All that the process holds: its environment, the clients' objects, and its memory.</summary>
    public async Task<string> DumpAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), $"control-plane-heap-{Environment.ProcessId}-{_process.Id}");
        try
        {
            var objects = await DoAsync("dump", "", file);
            return objects.Ok + await File.ReadAllTextAsync(file) + await File.ReadAllTextAsync($"/proc/{_process.Id}/environ");
        }
        finally
        {
            File.Delete(file);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<JsonNode> AskAsync(JsonObject command)
    {
        await _process.StandardInput.WriteLineAsync(command.ToJsonString());
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() is { } line ? JsonNode.Parse(line)! : throw new InvalidOperationException("The bot has ended: " + await _errors);
    }

    private static async Task InstallAsync()
    {
        await s_installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(s_folder, "node_modules"))) return;
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]) { WorkingDirectory = s_folder, RedirectStandardOutput = true })!;
            await npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync();
            Assert.True(npm.ExitCode == 0, "npm could not install the providers' clients; these tests need node and npm.");
        }
        finally
        {
            s_installing.Release();
        }
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ControlPlane.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "tests", "EndToEnd.Tests", "SdkBot");
    }
}
