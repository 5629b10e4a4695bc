using System.Security.Cryptography;

namespace ControlPlane.Api.Demo;

/// <summary>Made-up keys in the form of real ones, other ones at every start. Nobody but the simulator knows them.</summary>
internal static class DemoKeys
{
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>By provider, then by variable: one provider for each gate, and one beside them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Make() => new Dictionary<string, IReadOnlyDictionary<string, string>>
    {
        ["polygon"] = new Dictionary<string, string> { ["POLYGON_API_KEY"] = Text(Letters, 32) },
        ["alpaca"] = new Dictionary<string, string>
        {
            ["ALPACA_API_KEY"] = "PK" + Text(Upper, 18),
            ["ALPACA_SECRET_KEY"] = Text(Letters, 40),
        },
        ["openai"] = new Dictionary<string, string> { ["OPENAI_API_KEY"] = $"sk-proj-{Text(Letters, 20)}T3BlbkFJ{Text(Letters, 20)}" },
        ["discord"] = new Dictionary<string, string> { ["DISCORD_BOT_TOKEN"] = $"{Text(Letters, 26)}.{Text(Letters, 6)}.{Text(Letters, 38)}" },
    };

    private static string Text(string alphabet, int length) => RandomNumberGenerator.GetString(alphabet, length);
}
