using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>What a LIVE arming is bound to: everything that decides how a bot trades. Its name and its user decide nothing.</summary>
internal static class ConfigurationHash
{
    /// <summary>SHA-256 in lower-case hex over mode, requirements, limits, symbols, terms and model, each with its length before it.</summary>
    /// <param name="limits">The limits that hold, defaults included: a changed default is a changed configuration.</param>
    public static string Of(BotSpec spec, IEnumerable<KeyValuePair<string, decimal>> limits)
    {
        var text = new StringBuilder();
        void Part(string name, IEnumerable<string>? values)
        {
            var all = values?.ToArray();
            text.Append(CultureInfo.InvariantCulture, $"{name}:{all?.Length ?? -1}\n");
            foreach (var value in all ?? []) text.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value}\n");
        }

        Part("mode", [spec.Mode.ToString()]);
        Part("requires", spec.Requires.Order(StringComparer.Ordinal));
        Part("limits", limits.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={(l.Value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture)}"));
        Part("symbols", spec.AllowedSymbols?.Order(StringComparer.Ordinal));
        Part("terms", TermsPolicy.Parts(spec.Terms));
        Part("model", spec.Model is null ? null : [spec.Model]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
