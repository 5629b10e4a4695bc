using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Leases;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Silo.Storage.Leases;

/// <summary><c>leases.memory</c> in the data folder. Written without waiting for the disk: it serves the end of the process, not of the host.</summary>
internal sealed class LeaseFile(string path, string? boot) : ILeaseFile
{
    public const string Name = "leases.memory";

    private const string BootId = "/proc/sys/kernel/random/boot_id";

    private sealed record Kept(string Boot, Row[] Leases);

    /// <summary>Times in ticks of 100 ns.</summary>
    private sealed record Row(string Bot, long Epoch, long Monotonic, long Wall, long? Suspended, long ValidFor);

    /// <summary>Which start of this host this is; null where that is not known, and then nothing is kept.</summary>
    public static string? Boot()
    {
        try
        {
            return File.ReadAllText(BootId).Trim() is { Length: > 0 } id ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IReadOnlyList<RememberedLease> Read()
    {
        try
        {
            return boot is not null && File.Exists(path) && JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(path)) is { } kept && kept.Boot == boot
                ? [.. kept.Leases.Select(r => new RememberedLease(
                    r.Bot, r.Epoch, new HostMoment(TimeSpan.FromTicks(r.Monotonic), TimeSpan.FromTicks(r.Wall), r.Suspended is { } slept ? TimeSpan.FromTicks(slept) : null), TimeSpan.FromTicks(r.ValidFor)))]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NullReferenceException or ArgumentException or OverflowException)
        {
            return [];
        }
    }

    public void Write(IReadOnlyCollection<RememberedLease> leases)
    {
        if (boot is null) return;
        try
        {
            var kept = new Kept(boot, [.. leases.Select(l => new Row(
                l.BotId, l.Epoch, l.AskedAt.Monotonic.Ticks, l.AskedAt.Wall.Ticks, l.AskedAt.Suspended?.Ticks, l.ValidFor.Ticks))]);
            OwnerFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(kept), durably: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: the runners are fenced if this process ends now.
        }
    }
}

internal static class LeaseFileServices
{
    public static void AddLeaseFile(this IServiceCollection services, string dataDirectory) =>
        services.AddSingleton<ILeaseFile>(_ => new LeaseFile(Path.Combine(dataDirectory, LeaseFile.Name), LeaseFile.Boot()));
}
