using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ControlPlane.Testing.Hub;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A crowd at the hub of the program, from the test's process: listeners, some that never read, some that come again at once.</summary>
internal sealed class HubLoad(Uri server) : IDisposable
{
    private const int ConnectingAtOnce = 64;
    private const string Established = "01";
    private readonly ConcurrentBag<HubSocket> _stalled = [];

    public List<HubListener> Listeners { get; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task ListenAsync(int count)
    {
        var opened = new ConcurrentBag<HubListener>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce, CancellationToken = Cancel }, async (_, cancel) => opened.Add(await HubListener.OpenAsync(server, ControlPlaneProcess.ViewerToken, cancel)));
        Listeners.AddRange(opened);
    }

    /// <summary>Connects clients that subscribe and never read again.</summary>
    public Task StallAsync(int count) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce, CancellationToken = Cancel },
        async (_, cancel) => _stalled.Add(await HubSocket.OpenAsync(server, ControlPlaneProcess.ViewerToken, static (_, _) => { }, reads: false, cancellationToken: cancel)));

    /// <summary>The last ones of the listeners go without a word and come again, all at once.</summary>
    public async Task ComeAgainAsync(int count)
    {
        var gone = Listeners[^count..];
        Listeners.RemoveRange(Listeners.Count - count, count);
        foreach (var listener in gone) listener.Dispose();
        Listeners.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => HubListener.OpenAsync(server, ControlPlaneProcess.ViewerToken, Cancel)))));
    }

    /// <summary>Kills or releases, and returns when each of these has heard it: the delays from the request, in milliseconds and ascending.</summary>
    public static async Task<double[]> TurnAsync(ApiClient api, bool kill, IReadOnlyList<HubListener> listeners)
    {
        var sent = Stopwatch.GetTimestamp();
        var answer = await api.Post(kill ? "/api/system/kill" : "/api/system/release", new { reason = "load" });
        Assert.True((int)answer.Status == 200, answer.Text);
        await UntilAsync(
            () => listeners.All(listener => listener.Engaged == kill),
            () => $"everybody has heard: {listeners.Count(listener => listener.Engaged != kill)} of {listeners.Count} have not, {listeners.Count(listener => listener.Ended)} were cut");
        return [.. listeners.Select(listener => Stopwatch.GetElapsedTime(sent, listener.TurnedAt).TotalMilliseconds).Order()];
    }

    /// <summary>Connections that the program holds, as the kernel lists them.</summary>
    public int Connections() => File.ReadLines("/proc/net/tcp").Skip(1)
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Count(fields => fields[3] == Established && fields[1].EndsWith(':' + server.Port.ToString("X4", CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>Waits on the real clock, for the program does; with a generous end.</summary>
    public static Task<TimeSpan> UntilAsync(Func<bool> condition, string what) => UntilAsync(condition, () => what);

    private static async Task<TimeSpan> UntilAsync(Func<bool> condition, Func<string> what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"Not within a minute: {what()}.");
            await Task.Delay(5, Cancel);
        }

        return clock.Elapsed;
    }

    /// <summary>Nobody missed a number, nobody who reads was cut.</summary>
    public void AssertNothingMissed()
    {
        Assert.Empty(Listeners.Select(listener => listener.Fault).OfType<string>());
        Assert.Equal(0, Listeners.Count(listener => listener.Ended));
    }

    public void Dispose()
    {
        foreach (var listener in Listeners) listener.Dispose();
        foreach (var socket in _stalled) socket.Dispose();
    }
}
