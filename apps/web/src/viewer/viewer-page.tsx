// The viewer.
export const ViewerPage = () => <p>Viewer</p>;
