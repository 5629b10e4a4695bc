using System.Diagnostics;
using ControlPlane.Grains.Secrets;
using ControlPlane.Testing;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class RedactorTests
{
    private readonly SecretRegistry _registry = new();
    private readonly Redactor _redactor;

    public RedactorTests() => _redactor = new Redactor(_registry);

    public static TheoryData<string> Alphabets => [CanaryAlphabet.Alphanumeric, CanaryAlphabet.Base64, CanaryAlphabet.LowerHex, CanaryAlphabet.Awkward, "äöüß€漢字😀abcdef+/"];

    [Theory]
    [MemberData(nameof(Alphabets))]
    public void Redact_EveryEncoding_NoPieceStays(string alphabet)
    {
        var canaries = new CanarySet();
        var canary = canaries.Plant("A_KEY", length: 40, alphabet: WithoutSurrogates(alphabet));
        _registry.Register(canary.Name, canary.Value);
        foreach (var (encoding, text) in CanaryEncodings.Of(canary.Value))
        {
            var line = $"request 17 failed for [{text}] after 3 tries";
            var redacted = _redactor.Redact(line);
            canaries.AssertAbsent(redacted, encoding);
            Assert.StartsWith("request 17 failed for [", redacted, StringComparison.Ordinal);
            Assert.EndsWith("] after 3 tries", redacted, StringComparison.Ordinal);
            Assert.Contains("***", redacted, StringComparison.Ordinal);
            Assert.Equal(redacted, _redactor.Redact(redacted));
        }
    }

    [Fact]
    public void Redact_CutOffValue_GoneFromTwelveCharactersOn()
    {
        var value = CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 40);
        _registry.Register("A_KEY", value);
        Assert.Equal("key ***...", _redactor.Redact($"key {value[..12]}..."));
        Assert.Equal("key ...***", _redactor.Redact($"key ...{value[^12..]}"));
        Assert.Equal("key ***", _redactor.Redact($"key {value[9..30]}"));
        Assert.Equal($"key {value[..11]}...", _redactor.Redact($"key {value[..11]}..."));
        Assert.Equal(new Secret(value).Masked(), _redactor.Redact(new Secret(value).Masked()));
    }

    [Fact]
    public void Redact_ShortValues_ExactFromEightCharactersOn()
    {
        _registry.Register("MODE", "true");
        _registry.Register("OTHER", "practic");
        _registry.Register("PIN", "q7w8e9r0");
        Assert.Equal("true practic *** q7w8e9r", _redactor.Redact("true practic q7w8e9r0 q7w8e9r"));
    }

    [Fact]
    public void Redact_OtherCase_Gone()
    {
        _registry.Register("A_KEY", "AbCdEfGhIjKlMnOp");
        Assert.Equal("*** ***", _redactor.Redact("ABCDEFGHIJKLMNOP abcdefghijklmnop"));
    }

    [Fact]
    public void Redact_Address_HostStays()
    {
        var tail = CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 30);
        _registry.Register("HOOK_URL", $"https://hooks.example.org/v1/{tail}");
        Assert.Equal("POST hooks.example.org answered 404 at https://hooks.example.org***", _redactor.Redact($"POST hooks.example.org answered 404 at https://hooks.example.org/v1/{tail}"));
        var password = CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 20);
        _registry.Register("DATABASE_URL", $"postgres://trader:{password}@db.internal:5432/trading");
        Assert.DoesNotContain(password, _redactor.Redact($"login with {password} at db.internal:5432"), StringComparison.Ordinal);
        Assert.Contains("db.internal:5432", _redactor.Redact("no answer from db.internal:5432"), StringComparison.Ordinal);
    }

    [Fact]
    public void Redact_ConnectionString_OnlyPasswordGone()
    {
        var password = CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 20);
        _registry.Register("ConnectionStrings__ControlPlane", $"Host=db.internal;Database=controlplane;Username=controlplane;Password='{password}'");
        Assert.Equal("controlplane at db.internal: *** refused", _redactor.Redact($"controlplane at db.internal: {password} refused"));
    }

    [Theory]
    [InlineData("Host=db.internal;Database=controlplane;Username=controlplane")]
    [InlineData("Host=db.internal;Database=controlplane;Username=controlplane;Password=short")]
    [InlineData("Host=db.internal;Database=controlplane;Username=controlplane;Password=12345678901")]
    [InlineData("Database=controlplane;Host=db.internal;User Id=controlplane;Pwd=quite-another-secret")]
    [InlineData("postgres://controlplane@db.internal:5432/controlplane")]
    [InlineData("postgres://controlplane:short@db.internal:5432/controlplane")]
    [InlineData("postgres://controlplane:quite-another-secret@db.internal:5432/controlplane")]
    public void Redact_PartsOfADatabasesAddressThatAreNoSecrets_StayReadable(string value)
    {
        _registry.Register("ConnectionStrings__ControlPlane", value);
        const string line = "controlplane at db.internal:5432/controlplane as controlplane took 12345678901 us";
        Assert.Equal(line, _redactor.Redact(line));
        var registered = value.Contains("quite-another-secret", StringComparison.Ordinal);
        Assert.Equal(registered ? "refused: ***" : "refused: quite-another-secret", _redactor.Redact("refused: quite-another-secret"));
    }

    [Theory]
    [InlineData("seven77", false)]
    [InlineData("eight888", true)]
    [InlineData("12345678901", false)]
    [InlineData("123456789012", true)]
    public void Register_AShortOrCommonValue_StaysReadable(string value, bool redacted)
    {
        _registry.Register("A_KEY", value);
        Assert.Equal(redacted ? "a *** b" : $"a {value} b", _redactor.Redact($"a {value} b"));
    }

    [Fact]
    public void Forget_ANameThatHoldsNoSecret_ItsValueIsReadableAndOthersAreNot()
    {
        _registry.Register("SUPABASE_ANON_KEY", "published-to-everyone");
        _registry.Register("A_KEY", "really-a-secret-value");
        _registry.Forget(["SUPABASE_ANON_KEY", "NOT_THERE"]);
        Assert.Equal("published-to-everyone ***", _redactor.Redact("published-to-everyone really-a-secret-value"));
    }

    [Fact]
    public void Redact_PemWithAnyLineBreaks_Gone()
    {
        var canaries = new CanarySet();
        var body = string.Join('\n', Enumerable.Range(0, 4).Select(i => canaries.Plant($"LINE{i}", length: 64, alphabet: CanaryAlphabet.Base64).Value));
        _registry.Register("SIGNING_KEY", body);
        foreach (var text in new[] { body, body.Replace("\n", "\r\n"), body.Replace("\n", "\\n"), body.Replace("\n", "\\\\n"), body.Replace('\n', ' '), body.Replace("\n", "") })
            canaries.AssertAbsent(_redactor.Redact($"x {text} y"));
    }

    [Fact]
    public void Redact_Utf16ReadAsBytes_Gone()
    {
        var canaries = new CanarySet();
        var canary = canaries.Plant("A_KEY");
        _registry.Register(canary.Name, canary.Value);
        var wide = string.Concat(canary.Value.Select(c => $"{c}\0"));
        Assert.Equal("***", _redactor.Redact(wide));
    }

    [Fact]
    public void Register_ManyRotations_LatestSixteenStay()
    {
        var values = Enumerable.Range(0, 20).Select(_ => CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 24)).ToList();
        foreach (var value in values)
            _registry.Register("A_KEY", value);
        var redacted = values.Select(value => _redactor.Redact(value) == "***").ToList();
        Assert.DoesNotContain(true, redacted[..4]);
        Assert.DoesNotContain(false, redacted[4..]);
    }

    [Fact]
    public async Task Redact_WhileRegistering_AlwaysFindsWhatWasRegisteredBefore()
    {
        var known = CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 24);
        _registry.Register("KNOWN", known);
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 300; i++)
                _registry.Register($"N{i % 10}", CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 30));
        }, TestContext.Current.CancellationToken);
        while (!writing.IsCompleted)
            Assert.Equal("***", _redactor.Redact(known));
        await writing;
    }

    [Fact]
    public void Redact_HostileText_EndsSoon()
    {
        _registry.Register("A_KEY", CanaryAlphabet.Draw(CanaryAlphabet.Alphanumeric, 40));
        // On the real clock: what is tested is how long the processor takes, with much to spare for a busy machine.
        var watch = Stopwatch.StartNew();
        foreach (var unit in new[] { "%25", "\\\\", "&amp;", "-----BEGIN PRIVATE KEY-----", "\"token\":\"", "eyA", "password = ", "a:" })
            _redactor.Redact(string.Concat(Enumerable.Repeat(unit, 64 * 1024 / unit.Length)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Redact_NullOrEmpty_Empty() => Assert.Equal("", _redactor.Redact(null) + _redactor.Redact(""));

    private static string WithoutSurrogates(string alphabet) => string.Concat(alphabet.Where(c => !char.IsSurrogate(c)));
}
