using ControlPlane.Grains.Secrets.Redaction;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("a\r\nb", @"a\r\nb")]
    [InlineData("a\tb", @"a\tb")]
    [InlineData("\u001b[31mred\u001b[0m", @"\u001b[31mred\u001b[0m")]
    [InlineData("a\u2028b\u2029c\u0085d", @"a\u2028b\u2029c\u0085d")]
    [InlineData("a\u202eb\u2066c\u200fd\u061ce", @"a\u202eb\u2066c\u200fd\u061ce")]
    [InlineData("a\u200bb\ufeffc\0d\u007fe\u009bf", @"a\u200bb\ufeffc\u0000d\u007fe\u009bf")]
    [InlineData("plain ünï 漢字 😀", "plain ünï 漢字 😀")]
    public void Escape_Hidden_Visible(string text, string expected) => Assert.Equal(expected, OneLine.Escape(text));

    [Fact]
    public void Escape_LoneSurrogate_Visible() => Assert.Equal(@"a\ud83db", OneLine.Escape("a" + (char)0xD83D + "b"));
}
