using System.Text.Json;
using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Session;

/// <summary>What a page starts with: who asks, and the node's own snapshot when it could be had in time.</summary>
public sealed record PageSeed(string Role, HubSnapshot? Snapshot)
{
    /// <summary>The seed as text, for the way from the prerendered page into the browser.</summary>
    public string Write() =>
        Role + "\n" + (Snapshot is null ? "" : JsonSerializer.Serialize(Snapshot, ControlPlaneJson.Default.HubSnapshot));

    /// <summary>Null when the text is no seed.</summary>
    public static PageSeed? Read(string? text)
    {
        if (text?.IndexOf('\n', StringComparison.Ordinal) is not (> 0 and var end)) return null;
        return new PageSeed(text[..end], end + 1 == text.Length ? null : JsonSerializer.Deserialize(text[(end + 1)..], ControlPlaneJson.Default.HubSnapshot));
    }
}

/// <summary>Where the page is prerendered: reads its seed. In the browser there is none to read.</summary>
public interface IPageSeedSource
{
    /// <summary>True where the page is prerendered, and nothing on it works yet.</summary>
    bool IsPrerendering { get; }

    /// <summary>Null for a caller without a session.</summary>
    Task<PageSeed?> ReadAsync();
}

/// <summary>The browser's: whatever there was to read came with the page.</summary>
internal sealed class NoPageSeed : IPageSeedSource
{
    public bool IsPrerendering => false;

    public Task<PageSeed?> ReadAsync() => Task.FromResult<PageSeed?>(null);
}
