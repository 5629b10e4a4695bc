using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.Benchmarks.Failover;

/// <summary>The built program in a process of its own that can be killed, frozen and started again at the same address.</summary>
internal sealed partial class Node(bool frontEnd, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    public const string Token = "operator-token-of-the-benchmarks-0001";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(1) };
    private Process? _process;
    private long _gateEpoch;
    private volatile bool _standsBy;

    public bool IsFrontEnd => frontEnd;

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    /// <summary>Of the gate's last activation in this process, 0 for none.</summary>
    public long GateEpoch => Volatile.Read(ref _gateEpoch);

    /// <summary>Resident memory of the process, in MiB.</summary>
    public double MemoryMiB
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Whether it has said that it is ready to take over; a front end has nothing to take.</summary>
    public bool StandsBy => IsFrontEnd || _standsBy;

    /// <summary>Gets every line that the process logs.</summary>
    public Timeline? Watching { get; set; }

    /// <summary>Starts it, and returns when it serves.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _gateEpoch, 0);
        _standsBy = false;
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Api.dll"), "--urls", Address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment) info.Environment[key] = value;
        _process = Process.Start(info)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                await ReadAsync(cancellationToken);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        throw new InvalidOperationException("A node did not serve within 30 s.");
    }

    /// <summary>What the node says of the gate at this moment.</summary>
    public async Task<Sight> ReadAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/api/system/status"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await _http.SendAsync(request, cancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var root = body.RootElement;
        var valid = root.GetProperty("valid_for_ms").GetInt64() > 0;
        return new(root.GetProperty("epoch").GetInt64(), valid, valid && root.GetProperty("system_status").GetString() is "OK" or "DEGRADED");
    }

    /// <summary>SIGKILL; returns once it is sent.</summary>
    public void Kill() => _process!.Kill();

    public void Freeze() => UnixSignals.Send(_process!.Id, UnixSignals.Stop);

    /// <summary>Ends it for certain, frozen or not, and starts another one in its place.</summary>
    public async Task ReplaceAsync(CancellationToken cancellationToken)
    {
        await EndAsync();
        await StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _http.Dispose();
    }

    private async Task EndAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        if (Trace) Console.Error.WriteLine($"{DateTime.UtcNow:ss.fff} {Address.Port} {line}");
        Watching?.Take(line);
        if (line.Contains("Warmed up", StringComparison.Ordinal)) _standsBy = true;
        if (GateActive().Match(line) is { Success: true } match) Volatile.Write(ref _gateEpoch, long.Parse(match.Groups[1].Value));
    }

    private static bool Trace { get; } = Environment.GetEnvironmentVariable("BENCH_TRACE") is not null;

    [GeneratedRegex("The gate is active with epoch (\\d+)")]
    private static partial Regex GateActive();
}

/// <summary>A node's answer.</summary>
/// <param name="Valid">False for an answer that rests on nothing the node still may rely on.</param>
internal readonly record struct Sight(long Epoch, bool Valid, bool Open);
