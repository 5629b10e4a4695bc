using Microsoft.AspNetCore.DataProtection;

namespace ControlPlane.Api.Security;

/// <summary>Data protection without a key ring on disk. Nothing of ours rests on it; the page's framework asks for it.</summary>
internal static class DataProtectionServices
{
    private const string HostedService = "DataProtectionHostedService";

    /// <summary>Called after everything that adds data protection: each such call adds the hosted service again.</summary>
    public static void AddDataProtectionInMemory(this IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();

        // The hosted service makes a key ring in the user's home at start, whatever the provider.
        foreach (var descriptor in services.Where(s => s.ImplementationType?.Name == HostedService).ToArray()) services.Remove(descriptor);
    }
}
