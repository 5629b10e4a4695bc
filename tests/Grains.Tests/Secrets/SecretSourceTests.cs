using System.Diagnostics;
using System.Text;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class SecretSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly FakeTimeProvider _time = new();
    private readonly SecretRegistry _registry = new();
    private readonly LogCapture<EnvironmentAndFolderSecretSource> _log = new();
    private readonly List<EnvironmentAndFolderSecretSource> _sources = [];

    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Find_InBoth_EnvironmentWins()
    {
        _folder.Write("A_KEY", "from file");
        _environment["A_KEY"] = "from environment";
        Assert.Equal("from environment", Value(Source(), "A_KEY"));
    }

    [Fact]
    public void Find_BlankVariable_FileCounts()
    {
        _folder.Write("A_KEY", "from file");
        _environment["A_KEY"] = "  ";
        Assert.Equal("from file", Value(Source(), "A_KEY"));
    }

    [Fact]
    public void Find_IgnoredVariable_AbsentButRedacted()
    {
        _environment["A_KEY"] = "environment-value-1";
        var source = Source(options => options.IgnoreEnvironment = name => name == "A_KEY");
        Assert.Null(source.Find("A_KEY"));
        Assert.Equal("***", new Redactor(_registry).Redact("environment-value-1"));
    }

    [Fact]
    public void Find_MadeUp_StandsBeforeEverythingAndIsRedacted()
    {
        _folder.Write("A_KEY", "from file");
        _environment["A_KEY"] = "from environment";
        var source = Source(options => options.MadeUp = new Dictionary<string, string> { ["A_KEY"] = "made-up-value-1" });
        Assert.Equal("made-up-value-1", Value(source, "A_KEY"));
        Assert.Equal("***", new Redactor(_registry).Redact("made-up-value-1"));
    }

    [Theory]
    [InlineData("value\n", "value")]
    [InlineData("value\r\n", "value")]
    [InlineData("  value \t", "value")]
    [InlineData("\uFEFFvalue", "value")]
    [InlineData("two\nlines\n", "two\nlines")]
    [InlineData("ключ", "ключ")]
    [InlineData("", null)]
    [InlineData(" \r\n ", null)]
    public void Find_File_Trimmed(string content, string? expected)
    {
        _folder.Write("A_KEY", content);
        Assert.Equal(expected, Value(Source(), "A_KEY"));
    }

    [Fact]
    public void Find_OversizedOrNoUtf8_AbsentAndSaidOnce()
    {
        _folder.Write("TOO_LARGE", new string('x', SecretFolder.MaxBytes + 1));
        _folder.Write("LARGEST", new string('x', SecretFolder.MaxBytes));
        File.WriteAllBytes(_folder.In("NO_UTF8"), [0x61, 0xFF, 0xFE]);
        var source = Source();
        Poll(3);
        Assert.Null(source.Find("TOO_LARGE"));
        Assert.Null(source.Find("NO_UTF8"));
        Assert.Equal(SecretFolder.MaxBytes, source.Find("LARGEST")!.Length);
        Assert.Equal(2, _log.Lines.Count(line => line.StartsWith("1803", StringComparison.Ordinal)));
        Assert.Equal(1, source.Version);
    }

    [Fact]
    public void Find_StrangeEntries_Ignored()
    {
        _folder.Write(".hidden", "value");
        _folder.Write("1KEY", "value");
        _folder.Write("A-KEY", "value");
        _folder.Write("A.KEY", "value");
        Directory.CreateDirectory(_folder.In("A_FOLDER"));
        File.CreateSymbolicLink(_folder.In("A_DANGLING"), _folder.In("nowhere"));
        var source = Source();
        foreach (var name in new[] { ".hidden", "1KEY", "A-KEY", "A.KEY", "A_FOLDER", "A_DANGLING", "", "../A_KEY" })
            Assert.Null(source.Find(name));
    }

    [Fact]
    public void Names_FilesThatNothingReads_AreListedAndNoticedWhenTheyCome()
    {
        _folder.Write("A_KEY", "value");
        _folder.Write("A_KEY.txt", "value");
        _folder.Write(".hidden", "value");
        _environment["B_KEY"] = "value";
        var source = Source();
        Assert.Equal(["A_KEY", "A_KEY.txt", "B_KEY"], source.Names.Order(StringComparer.Ordinal));
        Assert.Null(source.Find("A_KEY.txt"));

        _folder.Write("b-key", "value");
        Poll(1);
        Assert.Equal(2, source.Version);
        Assert.Contains("b-key", source.Names);
    }

    [Fact]
    public void Find_Pipe_DoesNotBlock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo");
        using (var made = Process.Start("mkfifo", _folder.In("A_PIPE")))
            made.WaitForExit();
        Assert.Null(Source().Find("A_PIPE"));
    }

    [Fact]
    public void Poll_FileRewritten_SeenWithinASecond()
    {
        _folder.Write("A_KEY", "one-one");
        var source = Source();
        Assert.Equal("one-one", Value(source, "A_KEY"));
        // Same size, same time: only the content tells.
        var written = File.GetLastWriteTimeUtc(_folder.In("A_KEY"));
        _folder.Write("A_KEY", "two-two");
        File.SetLastWriteTimeUtc(_folder.In("A_KEY"), written);
        Poll();
        Assert.Equal("two-two", Value(source, "A_KEY"));
        Assert.Equal(2, source.Version);
    }

    [Fact]
    public void Poll_LinkSwapped_SeenAtOnce()
    {
        Mount("..v1", "one");
        File.CreateSymbolicLink(_folder.In("A_KEY"), "..data/A_KEY");
        var source = Source();
        Assert.Equal("one", Value(source, "A_KEY"));
        Directory.Delete(_folder.In("..data"));
        Mount("..v2", "two");
        Poll();
        Assert.Equal("two", Value(source, "A_KEY"));
        Assert.Equal(2, source.Version);
    }

    [Fact]
    public void Poll_FolderGoes_SecretsAbsentUntilItIsBack()
    {
        _folder.Write("A_KEY", "value");
        var source = Source();
        var aside = _folder.Path + "-aside";
        Directory.Move(_folder.Path, aside);
        Poll(3);
        Assert.Null(source.Find("A_KEY"));
        Assert.Equal(2, source.Version);
        Assert.Single(_log.Lines, line => line.StartsWith("1801", StringComparison.Ordinal));
        Directory.Move(aside, _folder.Path);
        Poll();
        Assert.Equal("value", Value(source, "A_KEY"));
        Assert.Equal(3, source.Version);
        Assert.Single(_log.Lines, line => line.StartsWith("1802", StringComparison.Ordinal));
    }

    [Fact]
    public void Poll_NothingChanged_VersionStaysAndNobodyIsCalled()
    {
        _folder.Write("A_KEY", "value");
        _environment["B_KEY"] = "value";
        var source = Source();
        source.Changed += () => Assert.Fail("nothing changed");
        Poll(5);
        Assert.Equal(1, source.Version);
    }

    [Fact]
    public void Changed_RaisedAfterVersionAndDespiteAFailingListener()
    {
        var source = Source();
        var seen = new List<(long, string?)>();
        source.Changed += () => throw new InvalidOperationException("listener");
        source.Changed += () => seen.Add((source.Version, Value(source, "A_KEY")));
        _environment["A_KEY"] = "new";
        Poll();
        Assert.Equal([(2, "new")], seen);
    }

    [Fact]
    public void Poll_EnvironmentCannotBeRead_AllAbsent()
    {
        var broken = false;
        var source = Source(options => options.Environment = () => broken
            ? throw new InvalidOperationException("broken")
            : new Dictionary<string, string> { ["A_KEY"] = "value" });
        Assert.NotNull(source.Find("A_KEY"));
        broken = true;
        Poll();
        Assert.Null(source.Find("A_KEY"));
        broken = false;
        Poll();
        Assert.NotNull(source.Find("A_KEY"));
    }

    [Fact]
    public void Find_RegistersWithTheRedactor_OldValuesToo()
    {
        _environment["ODD_NAME"] = "first-value-1";
        _environment["ODD_MODE"] = "practice-mode";
        var source = Source(options => options.IsSecret = name => name != "ODD_MODE");
        source.Find("ODD_NAME");
        source.Find("ODD_MODE");
        _environment["ODD_NAME"] = "second-value-2";
        Poll();
        source.Find("ODD_NAME");
        Assert.Equal("*** *** practice-mode", new Redactor(_registry).Redact("first-value-1 second-value-2 practice-mode"));
    }

    [Fact]
    public void Logs_HoldNoValue()
    {
        _folder.Write("A_KEY", new string('s', SecretFolder.MaxBytes + 1));
        Source();
        Assert.DoesNotContain(_log.Lines, line => line.Contains("ssssssssssss", StringComparison.Ordinal));
    }

    private void Mount(string version, string value)
    {
        Directory.CreateDirectory(_folder.In(version));
        File.WriteAllText(_folder.In($"{version}/A_KEY"), value, new UTF8Encoding(false));
        Directory.CreateSymbolicLink(_folder.In("..data"), version);
    }

    private EnvironmentAndFolderSecretSource Source(Action<SecretSourceOptions>? configure = null)
    {
        var options = new SecretSourceOptions { Directory = _folder.Path, Environment = () => _environment };
        configure?.Invoke(options);
        var source = new EnvironmentAndFolderSecretSource(options, _registry, _time, _log);
        _sources.Add(source);
        return source;
    }

    private void Poll(int times = 1)
    {
        for (var i = 0; i < times; i++)
            _time.Advance(TimeSpan.FromSeconds(SecretSourceOptions.DefaultPollSeconds));
    }

    private static string? Value(ISecretSource source, string name) => source.Find(name)?.Reveal();
}
