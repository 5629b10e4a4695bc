using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

public sealed class SecretFormatCheckTests
{
    private static readonly VariableDefinition s_shaped = new() { Name = "A_KEY", Format = "^[a-z]{8}$", Hint = "Eight letters" };

    [Theory]
    [InlineData("abcdefgh", SecretFormat.Ok)]
    [InlineData("", SecretFormat.Blank)]
    [InlineData(" \t\n", SecretFormat.Blank)]
    [InlineData(" abcdefgh", SecretFormat.Suspicious)]
    [InlineData("abcdefgh\n", SecretFormat.Suspicious)]
    [InlineData("\"abcdefgh\"", SecretFormat.Suspicious)]
    [InlineData("'abcdefgh'", SecretFormat.Suspicious)]
    [InlineData("\u201Cabcdefgh\u201D", SecretFormat.Suspicious)]
    [InlineData("your_api_key", SecretFormat.Suspicious)]
    [InlineData("YOUR-KEY-HERE", SecretFormat.Suspicious)]
    [InlineData("changeme", SecretFormat.Suspicious)]
    [InlineData("change_me_please", SecretFormat.Suspicious)]
    [InlineData("xxx", SecretFormat.Suspicious)]
    [InlineData("sk-xxxxxxxxxxxx", SecretFormat.Suspicious)]
    [InlineData("<polygon key>", SecretFormat.Suspicious)]
    [InlineData("${POLYGON_API_KEY}", SecretFormat.Suspicious)]
    [InlineData("abcd\nefgh", SecretFormat.Suspicious)]
    [InlineData("abcd\u0007efgh", SecretFormat.Suspicious)]
    [InlineData("abcd\u00e9fgh", SecretFormat.Suspicious)]
    [InlineData("Bearer abcdefgh", SecretFormat.Suspicious)]
    [InlineData("abcdefghi", SecretFormat.Suspicious)]
    public void Check_KnownShape_IsEvaluated(string value, SecretFormat expected)
    {
        var result = SecretFormatCheck.Check(s_shaped, value);
        Assert.Equal(expected, result.Format);
        Assert.Equal(expected == SecretFormat.Ok, result.Hint is null);
        if (value.Trim().Length > 4)
            Assert.DoesNotContain(value.Trim(), result.Hint ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Check_UnknownVariable_MakesTheGeneralChecksOnly()
    {
        Assert.Equal(SecretFormat.Unknown, SecretFormatCheck.Check(null, "anything-at-all").Format);
        Assert.Equal(SecretFormat.Suspicious, SecretFormatCheck.Check(null, "changeme").Format);
    }

    [Fact]
    public void Check_Pem_MayHaveLineBreaks() =>
        Assert.Equal(SecretFormat.Unknown, SecretFormatCheck.Check(null, "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----").Format);

    [Fact]
    public void Check_ValueThatWouldBacktrack_EndsAtOnce()
    {
        var variable = new VariableDefinition { Name = "A_KEY", Format = "^(a+)+$" };
        Assert.Equal(SecretFormat.Suspicious, SecretFormatCheck.Check(variable, new string('a', 50_000) + "!").Format);
    }
}
