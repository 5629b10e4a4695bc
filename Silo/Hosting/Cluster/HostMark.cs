using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Names the place in which an address such as 127.0.0.1 means the same thing: one boot of one kernel, and one network namespace in it.
/// It is the first part of a silo's name in the membership table.</summary>
internal static class HostMark
{
    private const char Separator = '.';

    public static string Value { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}|{BootId()}|{NetworkNamespace()}")))[..16];

    /// <summary>A name for this process' silo.</summary>
    public static string NewSiloName() => $"{Value}{Separator}{Environment.MachineName}{Separator}{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Whether a silo of this name runs, or ran, here.</summary>
    public static bool IsHere(string siloName) => siloName.StartsWith(Value + Separator, StringComparison.Ordinal);

    private static string BootId() => TryRead(static () => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    private static string NetworkNamespace() => TryRead(static () => new FileInfo("/proc/self/ns/net").LinkTarget ?? "");

    private static string TryRead(Func<string> read)
    {
        try
        {
            return OperatingSystem.IsLinux() ? read() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
