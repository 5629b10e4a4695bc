using System.Globalization;
using Orleans.Runtime;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Which grain a row belongs to, as far as every store keeps it apart from others of the same state: Orleans' ADO.NET storage keeps two
/// numbers and a text, in which a key that reads as a number is one, unless <see cref="GrainKeys"/> marks it.</summary>
internal static class RowKey
{
    public static string Of(GrainId grain)
    {
        grain = GrainKeys.Apart(grain);
        if (grain.TryGetGuidKey(out var guid, out var extension))
        {
            var bytes = guid.ToByteArray();
            return Of(BitConverter.ToInt64(bytes, 0), BitConverter.ToInt64(bytes, 8), extension);
        }

        return grain.TryGetIntegerKey(out var number, out extension) ? Of(0, number, extension) : Of(0, 0, grain.Key.ToString());
    }

    /// <summary>The key for people; a number as Orleans writes it.</summary>
    public static string Words(string key) =>
        key.Split('/', 3) is [var n0, var n1, var text] && text.Length == 0 && n0 == "0" && long.TryParse(n1, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("x", CultureInfo.InvariantCulture)
            : key.StartsWith("0/0/", StringComparison.Ordinal) ? key["0/0/".Length..] : key;

    public static string Of(long n0, long n1, string? text) => string.Create(CultureInfo.InvariantCulture, $"{n0}/{n1}/{text}");
}
