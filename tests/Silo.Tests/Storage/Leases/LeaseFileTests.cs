using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Silo.Storage.Leases;

namespace ControlPlane.Silo.Tests.Storage.Leases;

public sealed class LeaseFileTests : IDisposable
{
    private static readonly RememberedLease[] s_leases =
    [
        new("momentum", 7, new(TimeSpan.FromSeconds(1234.5), TimeSpan.FromDays(20_000), TimeSpan.FromSeconds(3)), TimeSpan.FromSeconds(30)),
        new("other", 1, new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(20_000), null), TimeSpan.FromSeconds(12.25)),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("control-plane-leases-");

    [Fact]
    public void Read_OnTheSameStartOfTheHost_GivesWhatWasWritten()
    {
        File("boot-1").Write(s_leases);
        Assert.Equal(s_leases, File("boot-1").Read());
    }

    [Theory]
    [InlineData("boot-2")]
    [InlineData(null)]
    public void Read_OnAnotherStartOfTheHost_GivesNothing(string? boot)
    {
        File("boot-1").Write(s_leases);
        Assert.Empty(File(boot).Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"Boot\":\"boot-1\",\"Leases\":null}")]
    [InlineData("{\"Boot\":\"boot-1\",\"Leases\":[null]}")]
    public void Read_ADamagedFile_GivesNothing(string text)
    {
        System.IO.File.WriteAllText(Path.Combine(_folder.FullName, LeaseFile.Name), text);
        Assert.Empty(File("boot-1").Read());
    }

    [Fact]
    public void Write_IntoAFolderThatIsGone_DoesNotFail()
    {
        _folder.Delete();
        File("boot-1").Write(s_leases);
        Assert.Empty(File("boot-1").Read());
        _folder.Create();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private LeaseFile File(string? boot) => new(Path.Combine(_folder.FullName, LeaseFile.Name), boot);
}
