using System.Globalization;
using Orleans.Runtime;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Keeps keys apart that Orleans' ADO.NET storage does not distinguish. It stores a key that reads as a hexadecimal number or a GUID as
/// that number. The bots <c>b1</c> and <c>0b1</c> would share a row.</summary>
internal static class GrainKeys
{
    /// <summary>No id of ours begins with it, and no number has it.</summary>
    private const string Mark = "~";

    /// <summary>The grain itself where its key is written as Orleans writes that number; else one whose key reads as no number.</summary>
    public static GrainId Apart(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        if (grain.TryGetGuidKey(out var guid, out var extension)) return Is(key, guid.ToString("N"), extension) ? grain : Marked(grain, key);
        return grain.TryGetIntegerKey(out var number, out extension) && !Is(key, number.ToString("x", CultureInfo.InvariantCulture), extension) ? Marked(grain, key) : grain;
    }

    // Integer keys of Orleans are in capital letters, ids of bots never are.
    private static bool Is(string key, string number, string? extension)
    {
        var text = extension is null ? number : $"{number}+{extension}";
        return key == text || key == $"{number.ToUpperInvariant()}{text[number.Length..]}";
    }

    private static GrainId Marked(GrainId grain, string key) => GrainId.Create(grain.Type, IdSpan.Create(Mark + key));
}
