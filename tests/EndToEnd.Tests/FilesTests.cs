namespace ControlPlane.EndToEnd.Tests;

/// <summary>What a start writes, and who may read it.</summary>
public sealed class FilesTests
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task Start_DataFolder_IsForItsOwnerAloneAndTheHomeFolderStaysEmpty()
    {
        var root = Directory.CreateTempSubdirectory("controlplane-files-");
        var home = root.CreateSubdirectory("home");
        var data = Path.Combine(root.FullName, "data");
        try
        {
            await using (var program = await ControlPlaneProcess.StartAsync(data, new Dictionary<string, string> { ["HOME"] = home.FullName }))
            {
                await program.Viewer.UntilStatus("BLOCKED");
                Assert.Equal(0, await program.TerminateAsync());
            }

            var written = Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories);
            Assert.Contains(Path.Combine(data, "leases.memory"), written);
            Assert.DoesNotContain([.. written, data], OpenToOthers);
            Assert.Empty(Directory.GetFileSystemEntries(home.FullName, "*", SearchOption.AllDirectories));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static bool OpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;
}
