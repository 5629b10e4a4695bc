using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The program with a standard output that nobody reads, that is full, or closed: it starts, a kill is answered, SIGTERM ends it.</summary>
public sealed class BlockedOutputTests
{
    // Generous: without the queue none of these ever came to an end.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // The lease and 2 s; and 5 s and a moment of a busy machine.
    private static readonly TimeSpan s_killWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_endWithin = TimeSpan.FromSeconds(6);

    public static TheoryData<string, string> Outputs => new()
    {
        // A pipe with 64 KiB in it already: the first write blocks for good.
        { "blocked", "mkfifo \"$1\"; exec 3<>\"$1\"; head -c 65536 /dev/zero >&3; shift; exec \"$@\" >&3 2>&3" },
        { "full", "shift; exec \"$@\" >/dev/full 2>/dev/full" },
        { "closed", "shift; exec \"$@\" >&- 2>&-" },
        { "broken pipe", "shift; exec \"$@\" 2>&1 | true" },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public async Task Output_OfAnyTrouble_HoldsNoStartNoKillAndNoEnd(string trouble, string shell)
    {
        var folder = Directory.CreateTempSubdirectory("control-plane-output-");
        var port = FreePort();
        using var process = Start(shell, folder.FullName, port);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = s_patience };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneProcess.OperatorToken);
            await UntilReadyAsync(client, process, trouble);

            // Each refusal is a line or more in the log.
            for (var i = 0; i < 50; i++)
            {
                using var released = await client.PostAsJsonAsync("/api/system/live/arm", new { minutes = 0, reason = "no" }, TestContext.Current.CancellationToken);
            }

            var asked = Stopwatch.StartNew();
            using var kill = await client.PostAsJsonAsync("/api/system/kill", new { reason = "output is " + trouble }, TestContext.Current.CancellationToken);
            var answered = asked.Elapsed;
            Assert.Equal(HttpStatusCode.OK, kill.StatusCode);
            Assert.True((await kill.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("engaged").GetBoolean());

            asked.Restart();
            using var term = Process.Start("sh", ["-c", $"kill -TERM $(cat '{folder.FullName}/pid')"]);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);
            TestContext.Current.TestOutputHelper?.WriteLine($"{trouble}: kill answered in {answered.TotalMilliseconds:0} ms, ended {asked.Elapsed.TotalMilliseconds:0} ms after SIGTERM");
            Assert.True(answered < s_killWithin, $"The kill was answered after {answered}.");
            Assert.True(asked.Elapsed < s_endWithin, $"It ended {asked.Elapsed} after SIGTERM.");
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                using var end = Process.Start("sh", ["-c", $"kill -KILL $(cat '{folder.FullName}/pid')"]);
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(s_patience, CancellationToken.None);
            }

            folder.Delete(recursive: true);
        }
    }

    private static Process Start(string shell, string folder, int port)
    {
        var info = new ProcessStartInfo("sh", ["-c", shell, "sh", Path.Combine(folder, "pipe"), "sh", "-c", "echo $$ > \"$0/pid\"; exec \"$@\"", folder, "dotnet", ControlPlaneProcess.DllPath, "--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = folder,
        };
        foreach (var name in info.Environment.Keys.Where(k => k is not ("PATH" or "HOME" or "LANG" or "DOTNET_ROOT" or "TMPDIR")).ToArray()) info.Environment.Remove(name);
        info.Environment["ControlPlane__DataDirectory"] = Path.Combine(folder, "data");
        info.Environment["ControlPlane__Logging__Level"] = "Trace";
        info.Environment["CONTROLPLANE_OPERATOR_TOKEN"] = ControlPlaneProcess.OperatorToken;
        return Process.Start(info)!;
    }

    private static async Task UntilReadyAsync(HttpClient client, Process process, string trouble)
    {
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < s_patience * 2)
        {
            Assert.False(process.HasExited, $"The program ended with {(process.HasExited ? process.ExitCode : 0)} although its output is {trouble}.");
            try
            {
                using var answer = await client.GetAsync("/readyz", TestContext.Current.CancellationToken);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"The program was not ready although its output is {trouble}.");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
